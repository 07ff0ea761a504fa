package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * An application's {@code Connection: close}: what stands when the response is committed counts. It can be taken back as
 * far as it was made here; what another filter or a rule has asked for stays.
 *
 * <p>As a response, used by one thread at a time.
 */
final class CloseWish {
    private final HttpServletRequest request;
    private final boolean allowed;
    private boolean made;

    /** @param allowed whether it is passed on at all */
    CloseWish(HttpServletRequest request, boolean allowed) {
        this.request = request;
        this.allowed = allowed;
    }

    void make(HttpServletResponse response) {
        if (allowed) {
            made |= request.getAttribute(KeepAliveAttributes.CLOSE) == null && !response.containsHeader("Connection");
            Tightening.CLOSE.apply(request, response);
        }
    }

    /**
     * Removes the field and the attribute, or, where a container cannot remove a field, replaces it.
     *
     * @param removes whether the application asks for the removal of the field, which not every container understands
     */
    void takeBack(HttpServletResponse response, boolean removes) {
        if (!made) {
            return;
        }
        boolean sent = response.isCommitted();
        if (!sent) {
            remove(response);
        }
        boolean stays = response.containsHeader("Connection");
        if (stays && removes) {
            return;
        }
        forget();
        if (stays && !sent) {
            response.setHeader("Connection", "keep-alive");
        }
    }

    /** The {@code null} of Servlet 6.1; Jetty understood it before. */
    @SuppressWarnings("NullAway")
    private static void remove(HttpServletResponse response) {
        response.setHeader("Connection", null);
    }

    /** The field is gone already, or is going. */
    void forget() {
        if (made) {
            made = false;
            request.removeAttribute(KeepAliveAttributes.CLOSE);
        }
    }
}
