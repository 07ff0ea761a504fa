package io.github.jettykeepalive.servlet;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps the fields that belong to the connection (RFC 9110 section 7.6.1) out of the application's hands, in both
 * directions: an application that copies header fields around, as a gateway does, cannot copy these.
 *
 * <p>Hidden in requests: {@code Connection}, {@code Keep-Alive}, {@code Proxy-Connection}, {@code TE}, {@code Trailer},
 * {@code Upgrade}, {@code HTTP2-Settings}. HTTP/1.0 requests may have come through a proxy that forwards what it should
 * have removed, so there the fields that {@code Connection} names are hidden too, but only those that {@code removable}
 * lists: a client that could hide any field by naming it could be taken for somebody else.
 *
 * <p>Dropped from responses: {@code Connection}, {@code Keep-Alive}, {@code Proxy-Connection}, {@code TE},
 * {@code Transfer-Encoding}, {@code Upgrade}. An application's {@code Connection: close} is a wish, not a mistake: it
 * is passed on, to the connector as {@link KeepAliveAttributes#CLOSE}, to any other container as the field it
 * understands.
 *
 * <p>Of an HTTP/1.1 request with {@code Connection: upgrade} to a protocol in {@code upgrades} the application sees
 * {@code Connection: Upgrade} and an {@code Upgrade} with these protocols alone, and its own response may have the same.
 * All other fields stay hidden. A WebSocket handshake must be a GET with a {@code Sec-WebSocket-Key}.
 *
 * <table>
 * <caption>Init-params</caption>
 * <tr><td>{@code removable}</td><td>fields that an HTTP/1.0 client may have hidden by naming them in
 * {@code Connection}; default none. Not those that the container reads itself, such as {@code Cookie},
 * {@code Content-Type} or {@code Accept-Language}</td></tr>
 * <tr><td>{@code upgrades}</td><td>protocols to which a request may be upgraded behind this filter, default
 * {@code websocket}. Empty for none</td></tr>
 * <tr><td>{@code allowClose}</td><td>{@code false} drops the application's {@code Connection: close} too, default
 * {@code true}</td></tr>
 * </table>
 * A list is separated by commas or white space.
 *
 * <p>Map it after the other filters of this package, as some of them read these fields. It works the same with and
 * without the connector. A response that must send {@code Upgrade} unasked, a 426, cannot come from behind it.
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
        fields = params.value(
                "removable", fields, "fields that the container does not read itself", HopByHopFields::removing);
        upgrades = params.value("upgrades", HopByHopFields.names("websocket"), "a list", HopByHopFields::names);
        allowClose = params.flag("allowClose", true);
    }

    @Override
    void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        UpgradeOffer offer = UpgradeOffer.of(request, upgrades);
        Consumer<HttpServletResponse> close =
                allowClose ? closing -> Tightening.CLOSE.apply(request, closing) : closing -> {};
        chain.doFilter(
                new HopByHopRequest(request, fields.hiddenIn(request), offer),
                new HopByHopResponse(response, offer, close));
    }
}
