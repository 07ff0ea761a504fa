package io.github.jettykeepalive.servlet;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Keeps the fields that belong to the connection (RFC 9110 section 7.6.1) out of the application's hands, in both
 * directions: an application that copies header fields around, as a gateway does, cannot copy these.
 *
 * <p>Hidden in requests: {@code Connection}, {@code Keep-Alive}, {@code Proxy-Connection}, {@code TE}, {@code Trailer},
 * {@code Upgrade}, {@code HTTP2-Settings}, and in HTTP/1.0 requests the fields that {@code Connection} names. Fields
 * that carry identity or framing can never be hidden by naming them: {@code Host}, {@code Authorization},
 * {@code Cookie}, {@code Content-*}, {@code Forwarded}, {@code X-Forwarded-*}, {@code Via}, client addresses and
 * certificates as proxies pass them on, and whatever {@code protect} adds.
 *
 * <p>Dropped from responses: {@code Connection}, {@code Keep-Alive}, {@code Proxy-Connection}, {@code TE},
 * {@code Transfer-Encoding}, {@code Upgrade}. An application's {@code Connection: close} is a wish, not a mistake: it
 * is passed on, to the connector as {@link KeepAliveAttributes#CLOSE}, to any other container as the field it
 * understands.
 *
 * <table>
 * <caption>Init-params</caption>
 * <tr><td>{@code protect}</td><td>further names that can never be hidden by naming them; name here what your own proxy
 * uses to tell who is asking</td></tr>
 * <tr><td>{@code upgrades}</td><td>protocols to which a request may be upgraded behind this filter, default
 * {@code websocket}. Such a request, an HTTP/1.1 one with {@code Connection: upgrade}, passes untouched: its handshake
 * is made of these fields. Empty for none</td></tr>
 * <tr><td>{@code allowClose}</td><td>{@code false} drops the application's {@code Connection: close} too, default
 * {@code true}</td></tr>
 * </table>
 * A list is separated by commas or white space.
 *
 * <p>Map it after the other filters of this package, as some of them read these fields. It works the same with and
 * without the connector. A response that must send {@code Upgrade}, a 426, cannot come from behind it.
 *
 * <p>Thread-safe, and async-capable: declare it with {@code <async-supported>true</async-supported>}.
 */
public final class HopByHopFilter extends Http1Filter {
    private HopByHopFields fields = new HopByHopFields(List.of());
    private Set<String> upgrades = Set.of();
    private boolean allowClose = true;

    /** For the container; the init-params come with {@code init}. */
    public HopByHopFilter() {}

    @Override
    void configure(InitParams params) throws ServletException {
        fields = new HopByHopFields(params.words("protect"));
        upgrades = params.value("upgrades", HopByHopFields.names("websocket"), "a list", HopByHopFields::names);
        allowClose = params.flag("allowClose", true);
    }

    @Override
    void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (isUpgrade(request)) {
            chain.doFilter(request, response);
            return;
        }
        Runnable close = allowClose ? () -> Tightening.CLOSE.apply(request, response) : () -> {};
        chain.doFilter(new HopByHopRequest(request, fields.hiddenIn(request)), new HopByHopResponse(response, close));
    }

    private boolean isUpgrade(HttpServletRequest request) {
        return request.getHeader("Upgrade") != null
                && request.getProtocol().equals("HTTP/1.1")
                && ConnectionOptions.of(request).contains("upgrade")
                && Collections.list(request.getHeaders("Upgrade")).stream()
                        .flatMap(line -> InitParams.split(line).stream())
                        .anyMatch(this::isAllowed);
    }

    /** @param protocol a name, and perhaps {@code /version} (RFC 9110 section 7.8) */
    private boolean isAllowed(String protocol) {
        return upgrades.contains(protocol.split("/", 2)[0]);
    }
}
