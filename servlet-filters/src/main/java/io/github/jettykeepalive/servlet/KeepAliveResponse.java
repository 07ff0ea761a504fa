package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * Applies a rule as soon as the response has a status that the rule names, which is always before it is committed, and
 * keeps what was applied from being taken back, in this dispatch of the request or an earlier one.
 *
 * <p>A status is taken when the application sets it. The 200 of a response that sets none is taken when its body
 * begins, or when the filter chain has returned: not from the start, as every error begins as a 200 too. A status taken
 * counts, even if another one replaces it before the commit: tightening goes one way.
 *
 * <p>As any response, used by one thread at a time.
 */
final class KeepAliveResponse extends HttpServletResponseWrapper {
    private final HttpServletRequest request;
    private final Inclusion inclusion;
    private final KeepAliveRule rule;
    private boolean applied;

    KeepAliveResponse(HttpServletRequest request, HttpServletResponse response, KeepAliveRule rule) {
        super(response);
        this.request = request;
        this.inclusion = new Inclusion(response);
        this.rule = rule;
        if (rule.statuses().isEmpty()) {
            apply();
        } else {
            repeat();
        }
    }

    /** The response has this status, or is about to; the status that an included resource sets has no effect. */
    void take(int status) {
        if (!applied && rule.statuses().contain(status) && !inclusion.isOngoing(getResponse())) {
            apply();
        }
    }

    private void apply() {
        applied = true;
        rule.tightening().apply(request, (HttpServletResponse) getResponse());
    }

    private void repeat() {
        if (!inclusion.isOngoing(getResponse())) {
            Tightening.repeat(request, (HttpServletResponse) getResponse());
        }
    }

    @Override
    public void setStatus(int status) {
        super.setStatus(status);
        take(getStatus());
    }

    @Override
    public void sendError(int status) throws IOException {
        take(status);
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        take(status);
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        take(SC_FOUND);
        super.sendRedirect(location);
    }

    /** Overrides Servlet 6.1's method where the container has it. */
    public void sendRedirect(String location, int status) throws IOException {
        sendRedirect(location, status, true);
    }

    /** Overrides Servlet 6.1's method where the container has it. */
    public void sendRedirect(String location, boolean clearBuffer) throws IOException {
        sendRedirect(location, SC_FOUND, clearBuffer);
    }

    /** Overrides Servlet 6.1's method where the container has it. */
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
        take(status);
        Servlet61.sendRedirect((HttpServletResponse) getResponse(), location, status, clearBuffer);
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        take(getStatus());
        return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        take(getStatus());
        return super.getWriter();
    }

    @Override
    public void flushBuffer() throws IOException {
        take(getStatus());
        super.flushBuffer();
    }

    /** An application cannot take back what a rule says. */
    @Override
    public void setHeader(String name, String value) {
        super.setHeader(name, value);
        if ("Connection".equalsIgnoreCase(name)) {
            repeat();
        }
    }

    /** Forgets all fields, and so a {@code Connection: close} of ours. */
    @Override
    public void reset() {
        super.reset();
        repeat();
    }
}
