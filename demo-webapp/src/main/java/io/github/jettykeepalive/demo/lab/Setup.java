package io.github.jettykeepalive.demo.lab;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a target must be set to. {@link #DEFAULT} are the demo's permanent ports; anything else is a connector opened for
 * the run and closed after it, so that experiments neither see nor disturb each other.
 *
 * @param tls whether it speaks TLS
 * @param settings setters of the connection factory and their numbers; a stock server takes those it knows
 */
public record Setup(boolean tls, Map<String, Long> settings) {
    /** The permanent port. */
    public static final Setup DEFAULT = new Setup(false, Map.of());

    /** Milliseconds a kept-alive connection may wait; the connector's idle timeout in a stock server. */
    public static final String KEEP_ALIVE_TIMEOUT = "keepAliveTimeout";

    /** Milliseconds by which the announced timeout is shorter; a stock server announces none. */
    public static final String ADVERTISE_MARGIN = "advertiseMargin";

    /** Milliseconds for a request's header; the nearest that a stock server has is the idle timeout. */
    public static final String REQUEST_HEADER_TIMEOUT = "requestHeaderTimeout";

    /** Connections of one client; a stock server can only limit all clients together. */
    public static final String MAX_CONNECTIONS_PER_CLIENT = "maxConnectionsPerClient";

    /** Milliseconds to wait for the client's FIN; a stock server has no such wait. */
    public static final String CLIENT_CLOSES_FIRST = "clientClosesFirst";

    /** A port of its own that speaks TLS. */
    public static Setup ofTls() {
        return new Setup(true, Map.of());
    }

    /** The same with one more setting. */
    public Setup with(String name, long value) {
        Map<String, Long> all = new TreeMap<>(settings);
        all.put(name, value);
        return new Setup(tls, all);
    }

    /** Whether the permanent port will do. */
    public boolean isDefault() {
        return equals(DEFAULT);
    }
}
