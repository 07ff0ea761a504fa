package io.github.jettykeepalive.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The request of a {@link MeasuredBody}: notices where the end of the filter chain stops being the end of the response.
 */
final class MeasuredRequest extends HttpServletRequestWrapper {
    private final MeasuredBody body;
    private final int depth;

    MeasuredRequest(HttpServletRequest request, HttpServletResponse response, HoldingPolicy policy) {
        super(request);
        this.depth = depth();
        this.body = new MeasuredBody(response, policy, () -> depth() == depth);
    }

    MeasuredBody body() {
        return body;
    }

    /**
     * How many wrappers are below. Tomcat puts one there while it forwards or includes, and after a forward it may
     * refuse whatever is written later (Tomcat 11 does, by {@code suspendWrappedResponseAfterForward}). So what such a
     * resource writes is not held, except by the same filter mapped to {@code FORWARD}, whose chain ends before the
     * forward does. Jetty wraps above, and closes the response that it was given.
     */
    private int depth() {
        int wrappers = 0;
        for (ServletRequest below = getRequest(); below instanceof ServletRequestWrapper wrapper; ) {
            wrappers++;
            below = wrapper.getRequest();
        }
        return wrappers;
    }

    /** Whoever completes an asynchronous response, and be it a timeout, does it without us. */
    @Override
    public AsyncContext startAsync() {
        release();
        return super.startAsync();
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
        release();
        return super.startAsync(request, response);
    }

    private void release() {
        try {
            body.release();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public @Nullable RequestDispatcher getRequestDispatcher(String path) {
        RequestDispatcher dispatcher = super.getRequestDispatcher(path);
        return dispatcher == null ? null : new Dispatcher(dispatcher);
    }

    /** A forward drops what was written before it, but Jetty drops it below the filters, where it is not. */
    private final class Dispatcher implements RequestDispatcher {
        private final RequestDispatcher container;

        Dispatcher(RequestDispatcher container) {
            this.container = container;
        }

        @Override
        public void forward(ServletRequest request, ServletResponse response) throws ServletException, IOException {
            body.reset();
            container.forward(request, response);
        }

        @Override
        public void include(ServletRequest request, ServletResponse response) throws ServletException, IOException {
            container.include(request, response);
        }
    }
}
