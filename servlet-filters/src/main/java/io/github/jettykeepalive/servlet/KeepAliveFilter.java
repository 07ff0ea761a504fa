package io.github.jettykeepalive.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Shortens the life of connections by what is asked on them and how it is answered: closes after an upload was refused,
 * lets clients of an expensive path come back sooner to a load balancer, keeps a known-broken client from persisting.
 *
 * <p>Init-params that say when; all that are given must hold, and without any every request is meant:
 * <table>
 * <caption>Conditions</caption>
 * <tr><td>{@code paths}</td><td>{@code /exact}, {@code /prefix/*}, {@code *.extension}, {@code /} for all
 * and an empty pattern for the root, as in a {@code url-pattern}, within the application; in a list the empty pattern is
 * written {@code ""}</td></tr>
 * <tr><td>{@code methods}</td><td>such as {@code PUT, POST}; case-sensitive</td></tr>
 * <tr><td>{@code statuses}</td><td>of the response, 200 to 599, such as {@code 413, 500-504} or {@code 4xx}</td></tr>
 * <tr><td>{@code userAgent}</td><td>a regular expression found anywhere in the field's first 256 characters; a search
 * that takes too long counts as found, and a request with a {@code Via} never matches, as in httpd's
 * {@code BrowserMatch}</td>
 * </tr>
 * </table>
 * Init-params that say what; at least one:
 * <table>
 * <caption>Actions</caption>
 * <tr><td>{@code maxRequests}</td><td>requests a connection may serve in total, {@code >= 1}; 1 closes</td></tr>
 * <tr><td>{@code keepAliveTimeout}</td><td>milliseconds to wait for the next request, {@code >= 0}; 0 closes</td></tr>
 * <tr><td>{@code close}</td><td>{@code true} closes after this response</td></tr>
 * </table>
 * Containers send an HTTP/1.1 response with {@code Connection: close} and of unknown length without chunks, whoever has
 * set the field: such a response ends with its connection, and the client cannot tell a whole one from one that was cut
 * off (RFC 9112 section 8).
 *
 * A list is separated by commas or white space. For a second rule declare the filter a second time; the strictest of
 * what applies holds.
 *
 * <p>With the Jetty Keep-Alive connector all of it happens (see {@link KeepAliveAttributes}). In any other container
 * the filter can only close, by {@code Connection: close} (RFC 9112 section 9.6); what asks for more than closing has
 * no effect there. A status that the container alone decides is seen as 500, or 404 and 503 for an
 * {@link UnavailableException}, when an exception passes through.
 *
 * <p>The status of an asynchronous response is seen if the application sets it on the response that it was given, or
 * that {@code startAsync(request, response)} was given, before it is committed. It is not seen after
 * {@code startAsync()} without arguments if the application uses {@code AsyncContext.getResponse()}: that is the
 * container's own response by specification, which is committed before any listener of the cycle is called. Then map the
 * filter without {@code statuses}, or have the application set {@link KeepAliveAttributes#CLOSE} or
 * {@code Connection: close}. After a {@code dispatch()} it is seen if the filter is mapped for {@code ASYNC}. The status
 * of an asynchronous response that neither sets one nor has a body is not seen.
 *
 * <p>Map it for {@code REQUEST}, {@code ASYNC} and {@code ERROR}. A close that was asked for in one dispatch then stands
 * in the later ones, whatever their path and method, and nothing that the application or its error page does to the
 * response takes it back. In a dispatch without the filter, and on {@code AsyncContext.getResponse()} after
 * {@code startAsync()} without arguments, the application has the container's own response: a {@code reset}, or another
 * {@code Connection}, takes the close back there, unless the connector serves the request. In an error dispatch
 * {@code paths} and {@code methods} mean those of the error page.
 *
 * <p>Thread-safe, and async-capable: declare it with {@code <async-supported>true</async-supported>}.
 */
public final class KeepAliveFilter extends Http1Filter {
    private KeepAliveRule rule = KeepAliveRule.NONE;

    /** For the container; the init-params come with {@code init}. */
    public KeepAliveFilter() {}

    @Override
    void configure(InitParams params) throws ServletException {
        if (params.areNone() && !isMapped()) {
            // A definition that nobody maps, as in this jar's web-fragment.xml.
            return;
        }
        rule = KeepAliveRule.from(params);
    }

    /**
     * Whether a close was asked for in an earlier dispatch. The response has lost its wrapper since then, and the request
     * may have another path and another method, those of an error page.
     */
    private static boolean wasToClose(HttpServletRequest request) {
        DispatcherType type = request.getDispatcherType();
        return (type == DispatcherType.ASYNC || type == DispatcherType.ERROR) && Tightening.needsField(request);
    }

    @Override
    void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean concerned = rule.concerns(request);
        if (!concerned && !wasToClose(request)) {
            chain.doFilter(request, response);
            return;
        }
        var watched = new KeepAliveResponse(request, response, concerned ? rule : KeepAliveRule.NONE);
        try {
            chain.doFilter(request, watched);
        } catch (UnavailableException e) {
            watched.take(
                    e.isPermanent() ? HttpServletResponse.SC_NOT_FOUND : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            throw e;
        } catch (IOException | ServletException | RuntimeException | Error e) {
            watched.take(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            throw e;
        }
        // A response that is finished by another thread is that thread's from now on.
        if (!request.isAsyncStarted()) {
            watched.take(watched.getStatus());
        }
    }
}
