package io.github.jettykeepalive.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Notices where the end of the filter chain stops being the end of the response, and tells the {@link MeasuredBody}.
 */
final class MeasuredRequest extends HttpServletRequestWrapper {
    private final MeasuredBody body;
    private final int depth;

    MeasuredRequest(HttpServletRequest request, HttpServletRequest measured, MeasuredBody body) {
        super(request);
        this.body = body;
        this.depth = 0;
    }
}
