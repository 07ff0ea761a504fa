package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * What is to become of a connection after a response, always something shorter than before: applied twice, or after
 * another one, the stricter of the two holds.
 *
 * @param maxRequests requests the connection may serve in total; {@link #UNCHANGED} leaves it alone
 * @param keepAliveTimeout milliseconds it may wait for the next one; {@link #UNCHANGED} leaves it alone
 * @param close whether it ends after this response
 */
record Tightening(int maxRequests, long keepAliveTimeout, boolean close) {
    static final int UNCHANGED = -1;
    static final Tightening NONE = new Tightening(UNCHANGED, UNCHANGED, false);

    static Tightening from(InitParams params) throws ServletException {
        var tightening = new Tightening(
                params.integer("maxRequests", UNCHANGED, 1),
                params.number("keepAliveTimeout", UNCHANGED, 0),
                params.flag("close", false));
        if (tightening.equals(NONE)) {
            throw new ServletException(
                    InitParams.message("maxRequests, keepAliveTimeout, close", "none", "at least one of them"));
        }
        return tightening;
    }

    /**
     * Tells the connector, or, where there is none, the container as far as it understands: HTTP has a word for
     * closing, but none for "ten more requests".
     */
    void apply(HttpServletRequest request, HttpServletResponse response) {
        if (maxRequests != UNCHANGED) {
            lower(request, KeepAliveAttributes.MAX_REQUESTS, maxRequests);
        }
        if (keepAliveTimeout != UNCHANGED) {
            lower(request, KeepAliveAttributes.KEEP_ALIVE_TIMEOUT, keepAliveTimeout);
        }
        if (close) {
            request.setAttribute(KeepAliveAttributes.CLOSE, true);
        }
        repeat(request, response);
    }

    /** Sets the field again if it is needed: a container may have forgotten it, or the application have replaced it. */
    static void repeat(HttpServletRequest request, HttpServletResponse response) {
        if (needsField(request)) {
            response.setHeader("Connection", "close");
        }
    }

    /**
     * Whether the attributes, which stay with the request through all its dispatches, ask to close, and no connector
     * reads them.
     */
    static boolean needsField(HttpServletRequest request) {
        boolean closes = Boolean.TRUE.equals(request.getAttribute(KeepAliveAttributes.CLOSE))
                || Integer.valueOf(1).equals(request.getAttribute(KeepAliveAttributes.MAX_REQUESTS))
                || Long.valueOf(0).equals(request.getAttribute(KeepAliveAttributes.KEEP_ALIVE_TIMEOUT));
        return closes && !KeepAliveAttributes.connectorServes(request);
    }

    private static void lower(HttpServletRequest request, String name, Number value) {
        Object present = request.getAttribute(name);
        boolean stricter = value.getClass().isInstance(present) && ((Number) present).longValue() <= value.longValue();
        if (!stricter) {
            request.setAttribute(name, value);
        }
    }
}
