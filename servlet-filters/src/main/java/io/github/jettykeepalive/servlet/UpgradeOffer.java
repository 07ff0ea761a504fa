package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client's offer to change the protocol of the connection (RFC 9110 section 7.8), as far as the deployer allows it.
 * These are the only values of {@code Connection} and {@code Upgrade} that an application gets to see behind
 * {@link HopByHopFilter}, and the only ones that it can send.
 *
 * @param protocols that the client offers and the deployer allows, with {@code /version} if the client gave one
 */
record UpgradeOffer(List<String> protocols) {
    static final UpgradeOffer NONE = new UpgradeOffer(List.of());
    static final String CONNECTION = "Upgrade";

    /** @param allowed names of protocols, in any case */
    static UpgradeOffer of(HttpServletRequest request, Set<String> allowed) {
        if (request.getHeader("Upgrade") == null
                || !request.getProtocol().equals("HTTP/1.1")
                || !ConnectionOptions.of(request).contains("upgrade")) {
            return NONE;
        }
        Enumeration<String> lines = request.getHeaders("Upgrade");
        return new UpgradeOffer(Collections.list(lines).stream()
                .flatMap(line -> InitParams.split(line).stream())
                .filter(protocol -> allowed.contains(name(protocol)) && isComplete(protocol, request))
                .toList());
    }

    /** A WebSocket handshake has a key, and is a GET (RFC 6455 section 4.1); anything else is no reason to show it. */
    private static boolean isComplete(String protocol, HttpServletRequest request) {
        return !protocol.equalsIgnoreCase("websocket")
                || (request.getMethod().equals("GET") && request.getHeader("Sec-WebSocket-Key") != null);
    }

    boolean isNone() {
        return protocols.isEmpty();
    }

    /** Whether a server may accept with this value of {@code Upgrade}. */
    boolean allows(@Nullable String value) {
        return value != null
                && !isNone()
                && InitParams.split(value).stream()
                        .allMatch(protocol -> protocols.stream()
                                .anyMatch(offered -> name(offered).equalsIgnoreCase(name(protocol))));
    }

    private static String name(String protocol) {
        return protocol.split("/", 2)[0];
    }
}
