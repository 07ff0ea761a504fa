package io.github.jettykeepalive.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * TBD
 */
public final class UnreadBodyFilter extends Http1Filter {
    private static final long DEFAULT_MAX_BYTES = 64L * 1024 * 1024;
    private static final long DEFAULT_MAX_TIME = 30_000;

    /** What Tomcat looks at when asked whether a request may become asynchronous. */
    private static final String TOMCAT_ASYNC_SUPPORTED = "org.apache.catalina.ASYNC_SUPPORTED";

    private BodyDiscard.Limits limits = new BodyDiscard.Limits(DEFAULT_MAX_BYTES, DEFAULT_MAX_TIME);

    /** For the container; the init-params come with {@code init}. */
    public UnreadBodyFilter() {}

    @Override
    void configure(InitParams params) throws ServletException {
        limits = new BodyDiscard.Limits(
                params.number("maxBytes", DEFAULT_MAX_BYTES, 0), params.number("maxTime", DEFAULT_MAX_TIME, 1));
    }

    @Override
    void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!isEndangered(request)) {
            chain.doFilter(request, response);
            return;
        }
        var tracked = new TrackedRequest(request);
        var held = new HeldErrorResponse(response, () -> !tracked.isBodyUnasked() && isWorthDiscarding(tracked));
        chain.doFilter(tracked, held);
        if (!request.isAsyncStarted() && isWorthDiscarding(tracked)) {
            allowAsync(request);
            BodyDiscard.start(request, tracked.input(), new EarlyAnswer(response, held), limits, System::nanoTime);
        } else {
            held.sendHeldError();
        }
    }

    private boolean isEndangered(HttpServletRequest request) {
        DispatcherType type = request.getDispatcherType();
        return (type == DispatcherType.REQUEST || type == DispatcherType.ASYNC)
                && TrackedRequest.hasBody(request)
                && request.isAsyncSupported()
                && !KeepAliveAttributes.connectorServes(request);
    }

    private boolean isWorthDiscarding(TrackedRequest request) {
        try {
            return request.hasUnread() && limits.allow(request.unread());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A filter or a servlet that cannot be asynchronous has returned by now, and what was true when the request came to us
     * is true again. Jetty sees it the same way, Tomcat has to be told.
     */
    private static void allowAsync(HttpServletRequest request) {
        if (!request.isAsyncSupported()) {
            request.setAttribute(TOMCAT_ASYNC_SUPPORTED, Boolean.TRUE);
        }
    }
}
