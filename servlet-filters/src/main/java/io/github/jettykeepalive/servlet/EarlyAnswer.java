package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.Closeable;
import java.io.IOException;

/**
 * A response that was decided before the request's body had arrived: sent before the rest of the body is discarded where
 * that is possible, and after it where it is not.
 */
final class EarlyAnswer {
    private final HttpServletResponse container;
    private final HeldErrorResponse response;

    /**
     * @param container the response as it came to the filter
     * @param response what the filter made of it
     */
    EarlyAnswer(HttpServletResponse container, HeldErrorResponse response) {
        this.container = container;
        this.response = response;
    }

    /**
     * Completes the response by closing its body, so that it reaches the client now, with its length. May be called
     * again: after a redirect or a forward Tomcat ignores it until the filters have returned.
     */
    void first() {
        if (!response.holdsError()) {
            try {
                body().close();
            } catch (IOException gone) {
                // The client does not want it. The container has noticed too, and ends the request.
            }
        }
    }

    private Closeable body() throws IOException {
        try {
            return container.getOutputStream();
        } catch (IllegalStateException writerTaken) {
            return container.getWriter();
        }
    }

    /** Sends the error that was held back, which ends the response. */
    void last() {
        try {
            response.sendHeldError();
        } catch (IOException gone) {
            // As above.
        }
    }
}
