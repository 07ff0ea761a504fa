package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * An application's {@code Connection: close}: what stands when the response is committed counts. It can be taken back as
 * far as it was made here; what another filter or a rule has asked for stays.
 *
 * <p>It is nothing but the field, which the connector understands as every container does: so it goes when the container
 * resets the response, and in a dispatch without the filter the application changes it as ever.
 *
 * <p>As a response, used by one thread at a time.
 */
final class CloseWish {
    /** On a request whose field is the application's. Each dispatch of the request has a response wrapper of its own. */
    private static final String MADE = "io.github.jettykeepalive.servlet.closeWish";

    private final HttpServletRequest request;
    private final boolean allowed;

    /** @param allowed whether it is passed on at all */
    CloseWish(HttpServletRequest request, boolean allowed) {
        this.request = request;
        this.allowed = allowed;
    }

    void make(HttpServletResponse response) {
        if (allowed) {
            if (!response.containsHeader("Connection")) {
                request.setAttribute(MADE, true);
            }
            response.setHeader("Connection", "close");
        }
    }

    /**
     * Removes the field, or, where a container cannot remove a field, replaces it.
     *
     * @param removes whether the application asks for the removal of the field, which not every container understands
     */
    void takeBack(HttpServletResponse response, boolean removes) {
        if (request.getAttribute(MADE) == null || Tightening.needsField(request)) {
            return;
        }
        remove(response);
        if (!response.containsHeader("Connection")) {
            forget();
        } else if (!removes) {
            response.setHeader("Connection", "keep-alive");
        }
    }

    /** The {@code null} of Servlet 6.1; Jetty understood it before. */
    @SuppressWarnings("NullAway")
    private static void remove(HttpServletResponse response) {
        response.setHeader("Connection", null);
    }

    /** The field is gone. */
    void forget() {
        request.removeAttribute(MADE);
    }
}
