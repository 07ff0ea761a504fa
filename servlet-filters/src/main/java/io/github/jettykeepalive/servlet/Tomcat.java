package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletRequest;

/** What a filter has to know of Tomcat; without its classes, by the names it documents. */
final class Tomcat {
    private static final String ASYNC_SUPPORTED = "org.apache.catalina.ASYNC_SUPPORTED";

    private Tomcat() {}

    /** Whether this container is Tomcat, which has this attribute on every request. */
    static boolean serves(HttpServletRequest request) {
        return request.getAttribute(ASYNC_SUPPORTED) != null;
    }

    /**
     * Makes a request asynchronous again that was so when it came to us. A filter or a servlet that does not support it
     * has returned by now: Jetty knows that, Tomcat has to be told.
     */
    static void restoreAsyncSupport(HttpServletRequest request) {
        if (serves(request)) {
            request.setAttribute(ASYNC_SUPPORTED, true);
        }
    }
}
