package io.github.jettykeepalive.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Gives HTTP/1.0 clients that ask for {@code keep-alive} a {@code Content-Length}, without which their connection
 * cannot be kept: they know no chunks, so a body of unknown length ends with the connection (RFC 9112 section 6.3 and
 * appendix C.2.2).
 *
 * <p>A container does this by itself for a body that fits its own buffer (Tomcat 8 KiB, Jetty 32 KiB, unless it is
 * flushed); this filter does it for larger ones. It holds the body until its end; a body that grows beyond the limit
 * is handed over, once, and the rest passes through, as without the filter. Other clients pass untouched.
 *
 * <table>
 * <caption>Init-params</caption>
 * <tr><td>{@code maxBytes}</td><td>largest body to hold, in bytes, {@code >= 1}, default 262144. 200 busy threads, the
 * default of Jetty and of Tomcat, then hold 50 MiB at most, and only if all their clients speak HTTP/1.0</td></tr>
 * <tr><td>{@code ignoreFlush}</td><td>{@code true} goes on holding when the application flushes, default {@code false}.
 * Many libraries flush at the end of what they write, which makes a page look like a stream; a true stream to an
 * HTTP/1.0 client then waits for the limit, or for its end</td></tr>
 * </table>
 *
 * <p>Not held are: a response whose length the application sets before the body; {@code text/event-stream}; a body
 * written after {@code startAsync()}, or by a {@code WriteListener}, as it may be completed without the filter's
 * knowledge (an asynchronous dispatch that comes back through the filter is held again). On {@code HEAD} the length is
 * that of what the application wrote; if it wrote nothing, there is none.
 *
 * <p>Map it for {@code REQUEST}, {@code ASYNC}, {@code FORWARD} and {@code ERROR}, and before any filter that writes to
 * the body after the chain: the length is settled when the chain returns. It needs nothing of the connector. The
 * charset of a {@code getWriter()} is always named in {@code Content-Type}, where Jetty leaves it out for some types.
 *
 * <p>Thread-safe, and async-capable: declare it with {@code <async-supported>true</async-supported>}.
 */
public final class ContentLengthFilter extends Http1Filter {
    private static final int DEFAULT_MAX_BYTES = 256 * 1024;

    private int maxBytes = DEFAULT_MAX_BYTES;
    private boolean ignoreFlush;

    /** For the container; the init-params come with {@code init}. */
    public ContentLengthFilter() {}

    @Override
    void configure(InitParams params) throws ServletException {
        maxBytes = params.integer("maxBytes", maxBytes, 1);
        ignoreFlush = params.flag("ignoreFlush", ignoreFlush);
    }

    @Override
    void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getDispatcherType() == DispatcherType.FORWARD) {
            forgetHeld(response);
        }
        if (isNeededBy(request) && Measurement.isPossible(response)) {
            measure(request, response, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private void measure(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var measurement = Measurement.of(request, response, new Policy(response, maxBytes, ignoreFlush));
        if (measurement.pass(chain, measurement.response())) {
            measurement.response().finish();
        }
    }

    private static boolean isNeededBy(HttpServletRequest request) {
        return request.getProtocol().equals("HTTP/1.0")
                && ConnectionOptions.of(request).keepAlive();
    }

    /** A forward drops what was written before it, but Jetty drops it below the filters, where it is not. */
    private static void forgetHeld(ServletResponse response) {
        for (ServletResponse outer = response; outer instanceof ServletResponseWrapper wrapper; ) {
            if (outer instanceof MeasuredResponse measured) {
                measured.body().reset();
            }
            outer = wrapper.getResponse();
        }
    }

    /** Holds whatever has no length yet. */
    private record Policy(HttpServletResponse response, int maxBytes, boolean ignoresFlush) implements HoldingPolicy {
        @Override
        public boolean isWanted() {
            return !response.containsHeader("Content-Length");
        }

        @Override
        public boolean ignoresClose() {
            return false;
        }
    }
}
