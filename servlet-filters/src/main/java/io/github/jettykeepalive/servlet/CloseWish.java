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
 * <p>Containers, and wrappers, set and reset fields without this filter seeing it. So a field is known to be the
 * application's by the very {@code String} that was set here, which every container returns. If a wrapper returns a copy,
 * the field counts as another filter's. Tomcat returns equal values once, so it does not show a {@code close} that another
 * filter adds to the application's.
 *
 * <p>As a response, used by one thread at a time.
 */
final class CloseWish {
    /** An object of its own; the literal is the same object as any other filter's literal. */
    private static final String CLOSE = new String("close");

    /** As {@link #CLOSE}, so that the application can ask for the close again. */
    private static final String KEEP_ALIVE = new String("keep-alive");

    private final HttpServletRequest request;
    private final boolean allowed;

    /** @param allowed whether it is passed on at all */
    CloseWish(HttpServletRequest request, boolean allowed) {
        this.request = request;
        this.allowed = allowed;
    }

    void make(HttpServletResponse response) {
        if (allowed) {
            response.setHeader("Connection", isOfAnother(response) ? "close" : CLOSE);
        }
    }

    /**
     * Removes the field, or, where a container cannot remove a field, replaces it.
     *
     * @param removes whether the application asks for the removal of the field, which not every container understands
     */
    void takeBack(HttpServletResponse response, boolean removes) {
        if (!response.containsHeader("Connection") || isOfAnother(response) || Tightening.needsField(request)) {
            return;
        }
        remove(response);
        if (response.containsHeader("Connection") && !removes) {
            response.setHeader("Connection", KEEP_ALIVE);
        }
    }

    /** Whether another filter has set the field, or added to it. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isOfAnother(HttpServletResponse response) {
        return response.getHeaders("Connection").stream().anyMatch(value -> value != CLOSE && value != KEEP_ALIVE);
    }

    /** The {@code null} of Servlet 6.1; Jetty understood it before. */
    @SuppressWarnings("NullAway")
    private static void remove(HttpServletResponse response) {
        response.setHeader("Connection", null);
    }
}
