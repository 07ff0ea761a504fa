package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * A response on which the application flushes in vain as long as the container could still send a length with it.
 *
 * <p>As any response, used by one thread at a time.
 */
final class UnflushedResponse extends HttpServletResponseWrapper implements OutputGuard {
    private final HttpServletRequest request;
    private final GuardedBody body = new GuardedBody(this);

    UnflushedResponse(HttpServletRequest request, HttpServletResponse response) {
        super(response);
        this.request = request;
    }

    @Override
    public boolean mayWrite() {
        return true;
    }

    @Override
    public boolean mayFlush() {
        return isCommitted() || request.isAsyncStarted() || isEventStream();
    }

    @Override
    public boolean mayClose(Closeable container) {
        return true;
    }

    private boolean isEventStream() {
        String type = getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }

    @Override
    public void flushBuffer() throws IOException {
        if (mayFlush()) {
            super.flushBuffer();
        }
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        return body.output(super.getOutputStream());
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        return body.writer(super.getWriter());
    }
}
