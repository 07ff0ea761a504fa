package io.github.jettykeepalive.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Gives HTTP/1.0 clients that ask for {@code keep-alive} a {@code Content-Length}, without which their connection
 * cannot be kept: they know no chunks, so a body of unknown length ends with the connection (RFC 9112 section 6.3 and
 * appendix C.2.2).
 *
 * <p>A container does this by itself for a body that fits its own buffer (Tomcat 8 KiB, Jetty 32 KiB, unless it is
 * flushed). For these clients, and for no other, this filter makes that buffer larger, before the application is called.
 * It keeps no bytes of its own: how a response is written, reset, forwarded, included or failed is up to the container,
 * as without the filter. A body that does not fit is sent as without the filter.
 *
 * <table>
 * <caption>Init-params</caption>
 * <tr><td>{@code maxBytes}</td><td>size of the buffer, in bytes, 1 to 67108864, default 65536. A shorter body gets a
 * length. A container whose own buffer is at least as large keeps it. The default is the largest buffer that Jetty keeps
 * for reuse; a larger one is allocated for each response, which takes about 0.1 ms for 256 KiB. On Tomcat a buffer is
 * larger than 16 of Tomcat's own, that is 128 KiB, and always allocated: Tomcat gives a smaller one to later requests of
 * any version of HTTP</td></tr>
 * <tr><td>{@code maxTotalBytes}</td><td>size of all these buffers together, in bytes, at least {@code maxBytes}, default
 * 16777216, that is 256 responses at the same time, and 127 on Tomcat. Further ones keep the container's own
 * buffer, and if it is less than one on Tomcat, all do there</td></tr>
 * <tr><td>{@code ignoreFlush}</td><td>{@code true} ignores flushes until the response is committed, default
 * {@code false}. Many libraries flush at the end of what they write, which makes a page look like a stream; a true
 * stream to an HTTP/1.0 client then waits until the buffer is full. Not ignored are flushes of
 * {@code text/event-stream}, and those after {@code startAsync()}</td></tr>
 * </table>
 *
 * <p>A buffer counts until the chain has returned, or until an asynchronous response is complete. Jetty then sends what
 * is in it without a thread, at the client's pace.
 *
 * <p>An application sees the difference in {@code getBufferSize}, in {@code isCommitted}, and in that it may reset a
 * longer response. If it sets a buffer size of its own, that holds. {@code write(ByteBuffer)} goes past Jetty's buffer,
 * so such a body gets no length there.
 *
 * <p>Map it for {@code REQUEST}. It needs nothing of the connector. Thread-safe, and async-capable: declare it with
 * {@code <async-supported>true</async-supported>}.
 */
public final class ContentLengthFilter extends Http1Filter {
    private static final int DEFAULT_MAX_BYTES = 64 * 1024;
    private static final int MOST_BYTES = 64 * 1024 * 1024;
    private static final long DEFAULT_MAX_TOTAL_BYTES = 16 * 1024 * 1024;

    private int maxBytes = DEFAULT_MAX_BYTES;
    private BufferBudget budget = new BufferBudget(DEFAULT_MAX_TOTAL_BYTES);
    private boolean ignoreFlush;

    /** For the container; the init-params come with {@code init}. */
    public ContentLengthFilter() {}

    @Override
    void configure(InitParams params) throws ServletException {
        maxBytes = params.integer("maxBytes", maxBytes, 1, MOST_BYTES);
        long total = params.number("maxTotalBytes", Math.max(DEFAULT_MAX_TOTAL_BYTES, maxBytes), 1);
        if (total < maxBytes) {
            throw new ServletException(
                    InitParams.message("maxTotalBytes", Long.toString(total), ">= maxBytes: " + maxBytes));
        }
        budget = new BufferBudget(total);
        ignoreFlush = params.flag("ignoreFlush", ignoreFlush);
    }

    @Override
    void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!isNeededBy(request) || response.getBufferSize() >= maxBytes) {
            chain.doFilter(request, response);
            return;
        }
        int size = Tomcat.serves(request) ? Tomcat.sizeOfBufferForOnce(maxBytes) : maxBytes;
        if (!budget.reserve(size)) {
            chain.doFilter(request, response);
            return;
        }
        boolean returned = false;
        try {
            boolean enlarged = enlarge(response, size);
            chain.doFilter(request, enlarged && ignoreFlush ? new UnflushedResponse(request, response) : response);
            returned = true;
        } finally {
            if (returned) {
                budget.releaseAfter(request, size);
            } else {
                // The container ends the request, and on Tomcat 10.1 tells no listener.
                budget.release(size);
            }
        }
    }

    private static boolean enlarge(HttpServletResponse response, int size) {
        try {
            response.setBufferSize(size);
            return true;
        } catch (IllegalStateException begun) {
            // An outer filter has written something.
            return false;
        }
    }

    private static boolean isNeededBy(HttpServletRequest request) {
        return request.getProtocol().equals("HTTP/1.0")
                && request.getDispatcherType() == DispatcherType.REQUEST
                && ConnectionOptions.of(request).keepAlive();
    }
}
