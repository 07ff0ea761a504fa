package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/** What a filter has to know of Tomcat; without its classes, by the names it documents. */
final class Tomcat {
    private static final String ASYNC_SUPPORTED = "org.apache.catalina.ASYNC_SUPPORTED";

    /** The method that does it, in Tomcat 10.1 and in Tomcat 11. */
    private static final Set<String> FORWARDS = Set.of("doForward", "forward");

    private Tomcat() {}

    /** A buffer that is larger than so many of the connector's own is dropped after the response. */
    private static final int KEPT_BUFFERS = 16;

    /**
     * The size of a buffer that Tomcat does not keep. It keeps the response with its buffer for the next request, of
     * whatever client and to whatever application, but for a buffer that is too large for that.
     */
    static int sizeOfBufferForOnce(ServletResponse response, int least) {
        long tooLarge = (long) KEPT_BUFFERS * response.getBufferSize() + 1;
        return (int) Math.min(Math.max(least, tooLarge), Integer.MAX_VALUE);
    }

    /** Whether the caller, past any response wrappers, is a forward of Tomcat's at its end, and not the application. */
    static boolean isForwarding() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(frame -> !isOurs(frame.getDeclaringClass()))
                        .findFirst()
                        .filter(frame -> FORWARDS.contains(frame.getMethodName())
                                && frame.getClassName().equals("org.apache.catalina.core.ApplicationDispatcher"))
                        .isPresent());
    }

    private static boolean isOurs(Class<?> type) {
        return type == Tomcat.class || ServletResponseWrapper.class.isAssignableFrom(type);
    }

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
