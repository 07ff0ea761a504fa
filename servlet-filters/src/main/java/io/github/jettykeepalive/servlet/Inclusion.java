package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;

/**
 * Tells a response wrapper whether a resource is being included at the moment, whose fields and status have no effect
 * (Servlet 6.0 section 9.3). Tomcat shows it by a wrapper of its own, which it puts below those of the application for
 * that time. Jetty puts its wrapper above them, so that such calls do not come here at all.
 */
final class Inclusion {
    private final int depth;

    /** @param response the one that is wrapped, from the start */
    Inclusion(ServletResponse response) {
        this.depth = depth(response);
    }

    /** @param response the one that is wrapped, now */
    boolean isOngoing(ServletResponse response) {
        return depth(response) != depth;
    }

    private static int depth(ServletResponse response) {
        int wrappers = 0;
        for (ServletResponse below = response; below instanceof ServletResponseWrapper wrapper; ) {
            wrappers++;
            below = wrapper.getResponse();
        }
        return wrappers;
    }
}
