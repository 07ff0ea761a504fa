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
 * Gives HTTP/1.0 clients that ask for {@code keep-alive} a {@code Content-Length}, without which their connection cannot
 * be kept: they know no chunks, so a body of unknown length ends with the connection (RFC 9112 section 6.3 and appendix
 * C.2.2).
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
 * Many libraries flush at the end of what they write, which makes a page look like a stream; a true stream to an HTTP/1.0
 * client then waits for the limit, or for its end</td></tr>
 * </table>
 *
 * <p>Not held are: a response whose length the application sets before the body; {@code text/event-stream}; a body
 * written after {@code startAsync()}, or by a {@code WriteListener}, as it may be completed without the filter's knowledge
 * (an asynchronous dispatch that comes back through the filter is held again). On {@code HEAD} the length is that of what
 * the application wrote; if it wrote nothing, there is none.
 *
 * <p>Map it for {@code REQUEST}, {@code ASYNC}, {@code FORWARD} and {@code ERROR}, and before any filter that writes to
 * the body after the chain: the length is settled when the chain returns. It needs nothing of the connector. The charset
 * of a {@code getWriter()} is always named in {@code Content-Type}, where Jetty leaves it out for some types.
 *
 * <p>Thread-safe, and async-capable: declare it with {@code <async-supported>true</async-supported>}.
 */
public final class ContentLengthFilter extends Http1Filter {
    private static final int DEFAULT_MAX_BYTES = 256 * 1024;

    private MeasuredBody.Limits limits = new MeasuredBody.Limits(DEFAULT_MAX_BYTES, false);

    /** For the container; the init-params come with {@code init}. */
    public ContentLengthFilter() {}

    @Override
    void configure(InitParams params) throws ServletException {
        limits = new MeasuredBody.Limits(
                params.integer("maxBytes", DEFAULT_MAX_BYTES, 1), params.flag("ignoreFlush", false));
    }

    @Override
    void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (isNeededBy(request)) {
            yieldOuter(request, response);
            if (isUntouched(response)) {
                measure(request, response, chain);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private static boolean isNeededBy(HttpServletRequest request) {
        return request.getProtocol().equals("HTTP/1.0")
                && ConnectionOptions.of(request).keepAlive();
    }

    /** The innermost filter measures; an outer one gives way, before a forward without what was written until then. */
    private static void yieldOuter(HttpServletRequest request, ServletResponse response) throws IOException {
        for (ServletResponse outer = response; outer instanceof ServletResponseWrapper wrapper; ) {
            if (outer instanceof MeasuredResponse measured) {
                if (request.getDispatcherType() == DispatcherType.FORWARD) {
                    measured.body().discard();
                }
                measured.body().release();
            }
            outer = wrapper.getResponse();
        }
    }

    /**
     * Whether no byte of a body was written yet, by an outer filter or before this dispatch: we could not count it. There
     * is no question for that, but the buffer must not be resized from then on.
     */
    private static boolean isUntouched(HttpServletResponse response) {
        try {
            response.setBufferSize(response.getBufferSize());
            return true;
        } catch (IllegalStateException begun) {
            return false;
        }
    }

    private void measure(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var measuredRequest = new MeasuredRequest(request, response, limits);
        var measuredResponse = new MeasuredResponse(response, measuredRequest.body());
        boolean answered = false;
        try {
            chain.doFilter(measuredRequest, measuredResponse);
            answered = true;
        } finally {
            if (!answered) {
                // The container answers with an error, on an empty page.
                measuredRequest.body().discard();
            }
        }
        if (request.isAsyncStarted()) {
            measuredRequest.body().release();
        } else {
            measuredResponse.finish();
        }
    }
}
