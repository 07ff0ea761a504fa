package io.github.jettykeepalive.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets the response to a refused upload reach the client. An application that refuses an upload responds while the
 * client still sends; the container then closes the connection with the rest of the content unread, TCP sends a reset,
 * and a client that writes before it reads finds a broken connection in place of its 413 (RFC 9112 section 9.6). This
 * filter reads the rest and throws it away, by a {@code ReadListener}, so that no thread waits for the client, and then
 * lets the request end.
 *
 * <p>It acts when the chain has returned, and only on a refusal: a request whose content has not been read to its end
 * and whose status is 300 or above. Every other request is handled by the container as without the filter: nothing is
 * buffered, committed or made asynchronous.
 *
 * <p>For containers without the Jetty Keep-Alive connector: the connector does it better, for every response, after the
 * response, and within its own bounds, and the filter then does nothing.
 *
 * <table>
 * <caption>Init-params</caption>
 * <tr><td>{@code minBytes}</td><td>on Tomcat, a request that announces less content than that, in bytes, is left to the
 * container altogether, {@code >= 0}, default 65536. Its client has written it all by the time the refusal arrives, and
 * the error page can read it. Decrease it for clients on Windows, which lose a response that they have not read yet when
 * the connection is reset</td></tr>
 * <tr><td>{@code maxBytes}</td><td>most to discard for one request, in bytes, 0 for no limit, default 67108864. A
 * request that announces more than that is answered as without the filter</td></tr>
 * <tr><td>{@code maxWait}</td><td>longest that a response waits for the client to finish, in milliseconds,
 * {@code >= 1}, default 1500. Then it is sent. On Tomcat the rest is read after it, as without the filter (see below); on
 * Jetty the client may lose it, as without the filter. Increase it for uploads over slow links. Tomcat looks at it once a
 * second</td></tr>
 * <tr><td>{@code maxTime}</td><td>longest to discard after a response that was sent first, in milliseconds,
 * {@code >= 1}, default 30000, which is nginx's {@code lingering_time}. On Tomcat the client's last byte counts that came
 * before, so that a silent one has Tomcat's {@code connectionTimeout} more</td></tr>
 * <tr><td>{@code maxConcurrent}</td><td>most requests whose content is discarded at the same time, {@code >= 1}, default
 * 200. Further ones are answered as without the filter</td></tr>
 * </table>
 *
 * <p>Tomcat alone reads the rest of a refused upload after the response, in the thread of the request, until it has read
 * {@code maxSwallowSize} bytes or the client sends nothing for the time of {@code connectionTimeout}. It does not do so for
 * an asynchronous request whose connection it closes. So this filter does it when {@code maxWait} is over: a thread of
 * Tomcat reads on, for up to {@code maxTime} and {@code maxBytes}, at least 2 MiB. At most {@code maxConcurrent} threads
 * do. This needs access to Tomcat's classes by reflection; without it, which is so if Tomcat runs as a Java module, the
 * connection is closed at once. So it is on an NIO2 connector, where no thread can wait for content any more. There a
 * request that announces 2 MiB or less is left to Tomcat altogether.
 *
 * <p>On Jetty the response is sent first, so that a client that looks for it can stop sending. A {@code sendError} waits
 * up to {@code maxWait}, because the container writes its page at the very end of the request. On Tomcat every response
 * waits, because Tomcat does not read on once it has responded. A client that waits for {@code 100 Continue} and was not
 * asked for its content is answered at once; Tomcat asks before it calls the application, so there it is treated as any
 * other, unless {@code continueResponseTiming} is {@code onRead}.
 *
 * <p>Not protected: a request that ends with an exception, as the filter must pass it on; an application that reads the
 * content by {@code getReader()}, as a container gives no stream next to it; an application that goes on using the
 * response after {@code sendError}; an asynchronous one. On Tomcat, a request whose input stream was closed, by the
 * application or by a {@code getParts} that found a file beyond its {@code max-file-size}; a {@code max-request-size} is
 * no problem. On Tomcat 11, a response that was written to its stream, as long as its {@code Content-Length} says, if that
 * is more than its buffer holds, or if it was flushed, as by the {@code close} of an {@code OutputStreamWriter}.
 *
 * <p>What else changes for a refusal that the filter acts on:
 * <ul>
 * <li>The error page comes after the content. On Tomcat it finds none, no parameters of an unread form, and cannot start
 * an asynchronous cycle; Jetty's error pages never find unread content. On both, its {@code getReader()} throws an
 * {@code IllegalStateException}, because the stream was used.
 * <li>A filter in front sees a request that has become asynchronous, and on Jetty a response that is committed.
 * <li>On Tomcat, {@code ServletRequestListener.requestDestroyed} is called by another thread than
 * {@code requestInitialized}, as for any asynchronous request. A listener that leaves something with its thread, as
 * Spring's {@code RequestContextListener} does, finds it neither there nor gone.
 * <li>On Tomcat, a response that the application closes is sent when the application returns or flushes, and not before.
 * So is one on Tomcat 11 whose stream has got as many bytes as the {@code Content-Length} says.
 * <li>On Tomcat, a {@code sendError} passes the valves a second time, as any error of an asynchronous request does. A valve
 * that counts or limits requests counts it twice; the access log has it once.
 * <li>If the content breaks off or is malformed while it is discarded, Tomcat sends no response any more.
 * </ul>
 *
 * <p>Map it for {@code REQUEST}, and first: behind a filter that wraps the request or the response it has no effect. That
 * filter may have read the content, or may send an error in its own way, as Spring Boot's {@code ErrorPageFilter} does
 * in a WAR. Thread-safe, and async-capable: declare it with {@code <async-supported>true</async-supported>}, as well as
 * the filters before it, or it has no effect. It logs both once. The servlet need not be async-capable.
 */
public final class UnreadBodyFilter extends Http1Filter {
    /**
     * What a client can have on its way before it must wait for the server to read. Of 100 local uploads of that size,
     * Tomcat 11 lost no response without the filter, and Jetty 12.1.12 lost 7.
     */
    private static final long DEFAULT_MIN_BYTES = 64L * 1024;

    private static final long DEFAULT_MAX_BYTES = 64L * 1024 * 1024;
    private static final long DEFAULT_MAX_TIME = 30_000;
    private static final long DEFAULT_MAX_WAIT = 1_500;
    private static final int DEFAULT_MAX_CONCURRENT = 200;

    private long minBytes = DEFAULT_MIN_BYTES;
    private BodyDiscard.Limits afterResponse = new BodyDiscard.Limits(DEFAULT_MAX_BYTES, DEFAULT_MAX_TIME);
    private BodyDiscard.Limits beforeResponse = new BodyDiscard.Limits(DEFAULT_MAX_BYTES, DEFAULT_MAX_WAIT);
    private Semaphore discards = new Semaphore(DEFAULT_MAX_CONCURRENT);
    private final AtomicBoolean warned = new AtomicBoolean();

    /** For the container; the init-params come with {@code init}. */
    public UnreadBodyFilter() {}

    @Override
    void configure(InitParams params) throws ServletException {
        minBytes = params.number("minBytes", DEFAULT_MIN_BYTES, 0);
        long maxBytes = params.number("maxBytes", DEFAULT_MAX_BYTES, 0);
        afterResponse = new BodyDiscard.Limits(maxBytes, params.number("maxTime", DEFAULT_MAX_TIME, 1));
        beforeResponse = new BodyDiscard.Limits(maxBytes, params.number("maxWait", DEFAULT_MAX_WAIT, 1));
        discards = new Semaphore(params.integer("maxConcurrent", DEFAULT_MAX_CONCURRENT, 1));
    }

    @Override
    void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!isEndangered(request) || !isFirst(request, response) || !isAsyncSupported(request)) {
            chain.doFilter(request, response);
            return;
        }
        var upload = new UploadRequest(request, response);
        HeldResponse held = upload.response();
        try {
            chain.doFilter(upload, held);
        } catch (IOException | ServletException | RuntimeException | Error e) {
            releaseFailed(held, e);
            throw e;
        }
        if (!isRefused(request, held) || !discardRest(request, upload)) {
            held.release();
        }
    }

    /** The container responds to the exception, and whatever the application did before it stays done. */
    private static void releaseFailed(HeldResponse held, Throwable failure) {
        try {
            held.release();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private boolean isEndangered(HttpServletRequest request) {
        long length = request.getContentLengthLong();
        return UploadRequest.hasContent(request)
                && request.getDispatcherType() == DispatcherType.REQUEST
                && !isLeftToTomcat(request, length)
                && afterResponse.allow(length)
                && !KeepAliveAttributes.connectorServes(request);
    }

    /** Tomcat itself reads that much after the response, and this filter cannot on a connector where no thread may wait. */
    private boolean isLeftToTomcat(HttpServletRequest request, long length) {
        return length >= 0
                && Tomcat.serves(request)
                && (length < minBytes || (length <= Tomcat.SWALLOWED_BYTES && !Tomcat.canBlockAfterListener(request)));
    }

    /** Whether this is the container's own pair: its stream can be read by a listener, and its errors are its own. */
    private boolean isFirst(HttpServletRequest request, HttpServletResponse response) {
        if (request instanceof UploadRequest) {
            return orWarn(false, "another one before it has the same request");
        }
        return orWarn(
                !(request instanceof ServletRequestWrapper) && !(response instanceof ServletResponseWrapper),
                "a filter before it wraps the request or the response; map this filter first");
    }

    private boolean isAsyncSupported(HttpServletRequest request) {
        return orWarn(
                request.isAsyncSupported(),
                "it, or a filter before it, is declared without <async-supported>true</async-supported>");
    }

    private boolean orWarn(boolean able, String obstacle) {
        if (!able && warned.compareAndSet(false, true)) {
            log("has no effect: " + obstacle);
        }
        return able;
    }

    /** Whether the request was refused, and the response is not out of our hands. */
    private static boolean isRefused(HttpServletRequest request, HeldResponse response) {
        boolean refused =
                HeldResponse.isRefusal(response.getStatus()) && !response.hasSentError() && !request.isAsyncStarted();
        boolean closedOnTomcat = response.isClosed() && Tomcat.serves(request);
        return refused && !closedOnTomcat;
    }

    /** Takes the permit first: to look for the rest opens the stream, which shows if nothing is discarded then. */
    private boolean discardRest(HttpServletRequest request, UploadRequest upload) throws IOException {
        if (!upload.mayHaveUnread() || isCutShort(request, upload.response()) || !discards.tryAcquire()) {
            return false;
        }
        boolean discarding = false;
        try {
            CountingInput unread = upload.unread();
            discarding = unread != null && discard(request, unread, upload.response());
            return discarding;
        } finally {
            if (!discarding) {
                discards.release();
            }
        }
    }

    private boolean discard(HttpServletRequest request, CountingInput unread, HeldResponse response) {
        boolean onTomcat = Tomcat.serves(request);
        boolean waits = onTomcat || response.state() == HeldResponse.State.HELD;
        if (!waits && !close(response)) {
            return false;
        }
        Tomcat.restoreAsyncSupport(request);
        AsyncContext async = request.startAsync();
        response.take();
        // From here on the permit is the discard's.
        BodyDiscard.Limits limits = waits ? beforeResponse : afterResponse;
        BodyDiscard.Answer answer = onTomcat ? new TomcatAnswer(request, response) : new JettyAnswer(response);
        BodyDiscard.start(async, unread, answer, limits, System::nanoTime, discards::release);
        return true;
    }

    /** Jetty closes the connection with the rest unread, as without the filter. */
    private record JettyAnswer(HeldResponse response) implements BodyDiscard.Answer {
        @Override
        public void send(boolean cutOff) throws IOException {
            response.sendHeld();
        }

        @Override
        public void sentTooEarly(CountingInput content, long discarded) {
            // It has been tried.
        }
    }

    /**
     * Tomcat reads the rest of a synchronous request when it has sent the response, up to {@code maxSwallowSize} bytes
     * and for as long as the client takes, in the thread of the request. It does not do this for an asynchronous
     * request whose connection it closes, so this does.
     */
    private final class TomcatAnswer implements BodyDiscard.Answer {
        private final HttpServletRequest request;
        private final HeldResponse response;

        TomcatAnswer(HttpServletRequest request, HeldResponse response) {
            this.request = request;
            this.response = response;
        }

        @Override
        public void send(boolean cutOff) throws IOException {
            response.sendHeld();
            if (cutOff && !response.hasSentError()) {
                closeOutput(response.container());
            }
        }

        @Override
        public void sentTooEarly(CountingInput content, long discarded) {
            if (discards.tryAcquire()) {
                try {
                    if (Tomcat.reopenContent(request)) {
                        BodyDiscard.Limits limits = afterResponse.after(discarded, Tomcat.SWALLOWED_BYTES);
                        BodyDiscard.blocking(content, limits, System::nanoTime);
                    }
                } catch (IOException gone) {
                    // The client has its response, or will never have it.
                } finally {
                    discards.release();
                }
            }
        }
    }

    /** Whether the body may be shorter than its {@code Content-Length}: the container has a page for that. */
    private static boolean isCutShort(HttpServletRequest request, HeldResponse response) {
        if (Tomcat.serves(request) || response.state() == HeldResponse.State.HELD) {
            return false;
        }
        String length = response.getHeader("Content-Length");
        return length != null && !length.equals("0") && !response.isCommitted();
    }

    /**
     * Completes the response, as the container does at the end of a forward.
     *
     * @return false if that fails
     */
    private static boolean close(HeldResponse response) {
        try {
            closeOutput(response);
            return true;
        } catch (IOException failed) {
            return false;
        }
    }

    private static void closeOutput(HttpServletResponse response) throws IOException {
        try {
            response.getOutputStream().close();
        } catch (IllegalStateException writing) {
            response.getWriter().close();
        }
    }
}
