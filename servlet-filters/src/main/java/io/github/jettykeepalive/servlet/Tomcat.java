package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Field;
import java.util.Set;

/** What a filter has to know of Tomcat, without its classes: by the names it documents, and by reflection. */
final class Tomcat {
    private static final String ASYNC_SUPPORTED = "org.apache.catalina.ASYNC_SUPPORTED";

    /** The method that does it, in Tomcat 10.1 and in Tomcat 11. */
    private static final Set<String> FORWARDS = Set.of("doForward", "forward");

    /** What Tomcat reads after a response for a client that still sends: the default of {@code maxSwallowSize}. */
    static final long SWALLOWED_BYTES = 2L * 1024 * 1024;

    private Tomcat() {}

    /** The buffer of every response of an HTTP/1.1 connector, until an application sets another size. */
    private static final int BUFFER_SIZE = 8 * 1024;

    /** A buffer that is larger than so many of these is dropped after the response. */
    private static final int KEPT_BUFFERS = 16;

    /**
     * The size of a buffer that Tomcat does not keep. It keeps the response with its buffer for the next request, of
     * whatever client and to whatever application, but for a buffer that is too large for that. So the buffer that a
     * response comes with says nothing: it may be one that Tomcat has kept.
     */
    static int sizeOfBufferForOnce(int least) {
        return Math.max(least, KEPT_BUFFERS * BUFFER_SIZE + 1);
    }

    /**
     * Whether a forward of Tomcat's, at its end, and not the application, calls the response wrapper that asks.
     *
     * @param between the type of wrappers that may pass the call on
     */
    static boolean isForwarding(Class<? extends ServletResponseWrapper> between) {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(frame -> frame.getDeclaringClass() != Tomcat.class
                                && !between.isAssignableFrom(frame.getDeclaringClass()))
                        .findFirst()
                        .filter(frame -> FORWARDS.contains(frame.getMethodName())
                                && frame.getClassName().equals("org.apache.catalina.core.ApplicationDispatcher"))
                        .isPresent());
    }

    /**
     * Suspends a response until the container has it back, as a forward of Tomcat's does at its end with a response that
     * has no wrapper: nothing is written any more, but nothing is sent either, and an error still gets its page.
     *
     * @return false if it is not Tomcat's own, as while a resource is included
     */
    static boolean suspend(ServletResponse response) {
        return ask(false, () -> {
            call(response, "finish");
            return true;
        });
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

    /**
     * Whether a thread can read the content of a request and wait for it after a {@code ReadListener} has. On an NIO2
     * connector it cannot: the read that the listener has begun goes on, and a blocking read waits for its end, of which
     * this connector tells only another thread, when this one has returned.
     *
     * @param request Tomcat's own
     * @return true also if Tomcat does not tell
     */
    static boolean canBlockAfterListener(ServletRequest request) {
        return ask(true, () -> {
            Object connector = call(read(request, "request"), "getConnector");
            return !call(connector, "getProtocolHandlerClassName").toString().contains("Nio2");
        });
    }

    /**
     * Opens the content of a request again, for a thread that waits for it. Tomcat closes it with the response, so that
     * no read finds any more of it, although Tomcat itself goes on reading from the connection.
     *
     * @param request Tomcat's own
     * @return false if that is not possible with this version of Tomcat, with this connector, or as a module that lets
     *     nobody in
     */
    static boolean reopenContent(ServletRequest request) {
        if (!canBlockAfterListener(request)) {
            return false;
        }
        return ask(false, () -> {
            Object content = content(request);
            closed(content).setBoolean(content, false);
            return true;
        });
    }

    /**
     * Whether the content of a request has been closed.
     *
     * @param request Tomcat's own
     * @return true also if Tomcat does not tell
     */
    static boolean mayHaveClosedContent(ServletRequest request) {
        return ask(true, () -> {
            Object content = content(request);
            return closed(content).getBoolean(content);
        });
    }

    /**
     * Whether the client waits for a {@code 100 Continue} that Tomcat sends when the application first reads: with
     * {@code continueResponseTiming="onRead"}.
     *
     * @param request Tomcat's own
     * @return false also if Tomcat does not tell
     */
    static boolean hasStillToAsk(ServletRequest request) {
        return ask(false, () -> {
            Object inside = read(request, "request");
            Object coyote = call(inside, "getCoyoteRequest");
            return (boolean) call(coyote, "hasExpectation")
                    && (long) call(coyote, "getBytesRead") == 0
                    && asksOnRead(call(inside, "getConnector"));
        });
    }

    /**
     * Whether all content of a request has been read, asked without a call that an application would notice.
     *
     * @param request Tomcat's own
     * @return false also if Tomcat does not tell
     */
    static boolean hasReadContent(ServletRequest request) {
        return ask(false, () -> (boolean) call(read(request, "request"), "isFinished"));
    }

    private interface Question {
        boolean ask() throws ReflectiveOperationException;
    }

    /** Asks what is Tomcat's own, and has another answer where it is made otherwise or lets nobody in. */
    private static boolean ask(boolean otherwise, Question question) {
        try {
            return question.ask();
        } catch (ReflectiveOperationException | RuntimeException otherwiseMade) {
            return otherwise;
        }
    }

    private static boolean asksOnRead(Object connector) throws ReflectiveOperationException {
        return "onRead".equals(call(call(connector, "getProtocolHandler"), "getContinueResponseTiming"));
    }

    private static Object content(ServletRequest request) throws ReflectiveOperationException {
        return read(read(request, "request"), "inputBuffer");
    }

    private static Field closed(Object content) throws NoSuchFieldException {
        return field(content.getClass(), "closed");
    }

    private static Object call(Object owner, String name) throws ReflectiveOperationException {
        return owner.getClass().getMethod(name).invoke(owner);
    }

    private static Object read(Object owner, String name) throws ReflectiveOperationException {
        return field(owner.getClass(), name).get(owner);
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
            for (Field field : owner.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field;
                }
            }
        }
        throw new NoSuchFieldException(type.getName() + "." + name);
    }
}
