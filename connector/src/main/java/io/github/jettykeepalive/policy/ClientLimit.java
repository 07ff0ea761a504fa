package io.github.jettykeepalive.policy;

import java.util.List;
import java.util.stream.Stream;

/**
 * How many connections one client network may have open, idle ones included (HAProxy {@code src_conn_cur}).
 *
 * @param maxConnections per network; 0 = no limit
 * @param prefix4 bits of an IPv4 address that make a network, 0 to 32
 * @param prefix6 bits of an IPv6 address that make a network, 0 to 128; 64 is what one customer usually gets
 * @param exempt networks that are never limited, each in the syntax of Jetty's {@code InetAddressSet}
 */
public record ClientLimit(int maxConnections, int prefix4, int prefix6, List<String> exempt) {
    /** No limit. */
    public static final ClientLimit NONE = new ClientLimit(0, 32, 64, List.of());

    public ClientLimit {
        Check.atLeast("maxConnectionsPerClient", maxConnections, 0);
        Check.between("clientPrefix4", prefix4, 0, 32);
        Check.between("clientPrefix6", prefix6, 0, 128);
        exempt = List.copyOf(exempt);
    }

    /**
     * Reads a comma-separated list of networks for {@link #exempt}; spaces are allowed. Whether each is one is not looked at.
     *
     * @throws IllegalArgumentException naming the setting, if the list is null
     */
    public static List<String> networks(String list) {
        Check.that(list != null, "clientExempt", "null", "networks, separated by commas");
        return Stream.of(list.split(",", -1))
                .map(String::strip)
                .filter(network -> !network.isEmpty())
                .toList();
    }

    /** Whether there is a limit at all. */
    public boolean enabled() {
        return maxConnections > 0;
    }
}
