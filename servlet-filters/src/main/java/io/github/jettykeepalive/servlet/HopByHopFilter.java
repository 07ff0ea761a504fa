package io.github.jettykeepalive.servlet;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;

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
 * is passed on as the field. The application can take it back, in any dispatch of the request, by another value, by
 * {@code null} where the container removes a field so, and by {@code reset}, until the response is committed. On Tomcat
 * 10.1, which cannot remove a field, another value becomes {@code keep-alive}. What another filter has asked for stays,
 * except that on Tomcat a {@code close} which it adds by {@code addHeader} to the application's goes with that.
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
 * <p>Map it for {@code REQUEST}, {@code ASYNC} and {@code ERROR}: after {@code startAsync()} and {@code dispatch()}, and in
 * an error page, an application has the container's own request, with all its fields. It wraps a request and a response
 * once, however often they come by.
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
                "removable",
                fields,
                "names of fields that the container does not read itself",
                HopByHopFields::removing);
        upgrades = params.value(
                "upgrades", HopByHopFields.names("websocket"), "protocols such as websocket", HopByHopFields::tokens);
        allowClose = params.flag("allowClose", true);
    }

    @Override
    void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        UpgradeOffer offer = UpgradeOffer.of(request, upgrades);
        chain.doFilter(
                HopByHopRequest.isMadeBy(this, request)
                        ? request
                        : new HopByHopRequest(request, this, fields.hiddenIn(request), offer),
                HopByHopResponse.isMadeBy(this, response)
                        ? response
                        : new HopByHopResponse(response, this, offer, new CloseWish(request, allowClose)));
    }
}
