package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Holds back the one call by which an application completes a refusal, so that the rest of the upload can be read
 * before the container acts on it. It holds back no body, no field and no status: everything else reaches the container
 * at once and in order.
 *
 * <p>The call is {@code sendError}, on every container. On Tomcat it is also the {@code close} of the response's stream
 * or writer, because Tomcat closes the request's content with it.
 *
 * <pre>
 *             a refusal is completed                 the chain has returned,
 *             while content may still come           the rest of the content is being read
 *      OPEN ------------------------------&gt; HELD ----------------------------------&gt; TAKEN
 *        \                                   |                                          |
 *         \ the chain has returned,          | any call that could change or            | everything is read,
 *          \ or failed                       | show the response, startAsync,           | or a bound is reached:
 *           \                                | an exception, nothing to read:           | {@link #sendHeld()}
 *            \                               | the held call is made first              |
 *             `-------&gt; PASSING &lt;------------'                                          v
 *                                                                              the container's own
 * </pre>
 *
 * <table>
 * <caption>What a call does</caption>
 * <tr><th>call</th><th>OPEN, PASSING</th><th>HELD</th><th>TAKEN</th></tr>
 * <tr><td>{@code isCommitted}</td><td>the container's</td><td>true</td><td>true</td></tr>
 * <tr><td>other getters</td><td>the container's</td><td>the container's</td><td>the container's</td></tr>
 * <tr><td>{@code sendError}</td><td>OPEN: held, if a refusal; PASSING: the container's</td><td>held call first</td>
 * <td>{@code IllegalStateException}</td></tr>
 * <tr><td>setters, {@code reset}, {@code resetBuffer}, {@code sendRedirect}</td><td>the container's</td>
 * <td>held call first</td><td>{@code IllegalStateException}</td></tr>
 * <tr><td>{@code flushBuffer}</td><td>the container's</td><td>after a {@code close}: held call first; after an error:
 * nothing</td><td>nothing</td></tr>
 * <tr><td>write and flush of a stream or writer</td><td>the container's</td><td>held call first</td>
 * <td>nothing</td></tr>
 * <tr><td>{@code close} of a stream or writer</td><td>OPEN: held, if a refusal on Tomcat; else the container's</td>
 * <td>nothing</td><td>nothing</td></tr>
 * <tr><td>{@code getWriter} of Tomcat's own, at the end of a forward</td><td>suspends the container's</td>
 * <td>nothing</td><td>nothing</td></tr>
 * </table>
 *
 * <p>"Held call first" is what makes this safe: an application that goes on using a response after it was completed
 * (Servlet 6.0 section 5.9, Closure of the Response Object) meets the container's own response, completed by the
 * container's own method, and the filter gives up protecting this response. {@code close} is ignored instead, and so is
 * {@code flushBuffer} after an error, because both containers ignore them on a completed response and because they call
 * {@code close} themselves at the end of a forward.
 *
 * <p>The status of a held {@code sendError} is set on the container's response at once. This shows whether the call has
 * any effect: a container ignores the status that an included resource sets, and then the error is not held either. It
 * also means that no way out of HELD can turn a refusal into a success.
 *
 * <p>As any response, used by one thread at a time; the state is volatile because a response may be handed from the
 * thread of the chain to another one.
 */
final class HeldResponse extends ObservedResponse implements OutputGuard {
    enum State {
        OPEN,
        HELD,
        TAKEN,
        PASSING
    }

    /** A call of the container, which may be held back. */
    private interface Call {
        void make() throws IOException;
    }

    private final UploadRequest request;
    private final boolean tomcat;
    private final WithheldLength length;
    private final GuardedBody body = new GuardedBody(this);
    private volatile State state = State.OPEN;
    private volatile boolean closed;
    private volatile boolean errorSent;
    private @Nullable Call held;
    private boolean holdsClose;

    HeldResponse(HttpServletResponse response, UploadRequest request, boolean tomcat) {
        super(response);
        this.request = request;
        this.tomcat = tomcat;
        this.length = new WithheldLength(this, tomcat && Servlet61.isPresent());
    }

    State state() {
        return state;
    }

    /** Whether the application has closed the response, and the container knows it. */
    boolean isClosed() {
        return closed;
    }

    /** Whether the application has sent an error, and the container knows it: it responds when the filters return. */
    boolean hasSentError() {
        return errorSent;
    }

    /** Whether the status is that of a refusal: anything but a success. */
    static boolean isRefusal(int status) {
        return status >= SC_MULTIPLE_CHOICES;
    }

    /**
     * Makes the held call now, if there is one. From now on the application has the container's own response.
     *
     * @throws IllegalStateException if the chain has returned and the rest of the content is being read
     */
    void settle() throws IOException {
        if (state == State.TAKEN) {
            throw new IllegalStateException("the response is complete");
        }
        length.restore();
        if (state == State.HELD) {
            state = State.PASSING;
            makeHeld();
        }
    }

    /** {@link #settle}, for setters, which cannot throw its exception. The container has seen the failure. */
    @Override
    void beforeChange() {
        length.mayHaveChanged();
        try {
            settle();
        } catch (IOException e) {
            // The client is gone: what the caller does next meets a response that has failed.
        }
    }

    /** The chain has returned or failed: makes the held call, if there is one, and holds none from now on. */
    void release() throws IOException {
        settle();
        state = State.PASSING;
    }

    /**
     * The chain has returned and the caller reads the rest of the content; {@link #sendHeld} follows. What was written
     * before a held error is dropped now, as a filter in front of this one could flush it.
     */
    void take() {
        if (held != null && !holdsClose && !super.isCommitted()) {
            super.resetBuffer();
        }
        state = State.TAKEN;
    }

    /** The rest of the content has been read, or a bound was reached: makes the held call, if there is one. */
    void sendHeld() throws IOException {
        makeHeld();
    }

    private void makeHeld() throws IOException {
        length.restore();
        Call call = held;
        held = null;
        if (call != null) {
            call.make();
        }
    }

    private void hold(Call call) {
        held = call;
        state = State.HELD;
    }

    /** Whether a refusal with this status may be held: the application is not done, and content may still come. */
    boolean mayHold(int status) {
        return state == State.OPEN
                && isRefusal(status)
                && !closed
                && !request.isAsyncStarted()
                && request.mayHaveUnread();
    }

    @Override
    public void sendError(int status) throws IOException {
        holdOrMake(status, () -> super.sendError(status));
    }

    @Override
    public void sendError(int status, @Nullable String message) throws IOException {
        holdOrMake(status, () -> super.sendError(status, message));
    }

    private void holdOrMake(int status, Call error) throws IOException {
        settle();
        if (!super.isCommitted() && mayHold(status) && takesStatus(status)) {
            hold(() -> {
                errorSent = true;
                error.make();
            });
        } else {
            error.make();
            // A container calls an error committed; an interim response (102, 103) it sends at once, and goes on.
            errorSent |= super.isCommitted();
        }
    }

    /** Sets the status, and tells whether that had an effect, which it has not while a resource is included. */
    private boolean takesStatus(int status) {
        HttpServletResponse container = container();
        if (container.getStatus() == status) {
            container.setStatus(status == SC_BAD_REQUEST ? SC_FORBIDDEN : SC_BAD_REQUEST);
            if (container.getStatus() == status) {
                return false;
            }
        }
        container.setStatus(status);
        return container.getStatus() == status;
    }

    @Override
    public boolean mayWrite() throws IOException {
        State now = state;
        if (now == State.OPEN || now == State.PASSING) {
            return true;
        }
        if (now == State.TAKEN) {
            return false;
        }
        settle();
        return true;
    }

    @Override
    public boolean mayWrite(int bytes) throws IOException {
        if (!mayWrite()) {
            return false;
        }
        if (state == State.OPEN) {
            length.beforeWrite(bytes);
        }
        return true;
    }

    @Override
    public void wrote(Closeable container) throws IOException {
        if (state != State.OPEN || !length.isReached()) {
            return;
        }
        if (!length.isWithheld()) {
            closed = true;
        } else if (mayClose(container)) {
            container.close();
        }
    }

    @Override
    public boolean containsHeader(String name) {
        length.restore();
        return super.containsHeader(name);
    }

    @Override
    public @Nullable String getHeader(String name) {
        length.restore();
        return super.getHeader(name);
    }

    @Override
    public Collection<String> getHeaders(String name) {
        length.restore();
        return super.getHeaders(name);
    }

    @Override
    public Collection<String> getHeaderNames() {
        length.restore();
        return super.getHeaderNames();
    }

    @Override
    public boolean mayFlush() throws IOException {
        if (state == State.OPEN) {
            length.restore();
            return true;
        }
        return mayWrite();
    }

    @Override
    public boolean mayClose(Closeable container) {
        if (state == State.HELD || state == State.TAKEN) {
            return false;
        }
        if (tomcat && mayHold(super.getStatus())) {
            holdsClose = true;
            hold(() -> {
                closed = true;
                container.close();
            });
            return false;
        }
        length.restore();
        closed = true;
        return true;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        return body.output(super.getOutputStream());
    }

    /**
     * The writer. At the end of a forward Tomcat may take it only to close it, and taking it settles the encoding that
     * an error page is to have. So Tomcat itself gets a writer that leads nowhere while an error is held, and otherwise
     * where its own response can be suspended instead, as without the filter.
     */
    @Override
    public PrintWriter getWriter() throws IOException {
        if (tomcat && suspendsAfterForward()) {
            return new PrintWriter(Writer.nullWriter());
        }
        if (tomcat && state == State.HELD && !body.isOpen()) {
            if (Tomcat.isForwarding(ServletResponseWrapper.class)) {
                return new GuardedWriter(new PrintWriter(Writer.nullWriter()), this);
            }
            settle();
        }
        return body.writer(super.getWriter());
    }

    private boolean suspendsAfterForward() {
        if (state == State.HELD || state == State.TAKEN || !Tomcat.isForwarding(HeldResponse.class)) {
            return false;
        }
        length.restore();
        return Tomcat.suspend(container());
    }

    @Override
    public boolean isCommitted() {
        return state == State.HELD || state == State.TAKEN || super.isCommitted();
    }

    @Override
    public void flushBuffer() throws IOException {
        if (state == State.HELD && holdsClose) {
            settle();
        }
        length.restore();
        if (state != State.HELD && state != State.TAKEN) {
            super.flushBuffer();
        }
    }

    /**
     * Whoever goes around this wrapper shall find the container's response as the application has left it. An include
     * does so on Tomcat, and a call that is held would have no effect while it lasts. The end of a forward does so, too,
     * to suspend the container's response, on which the held call could not be made any more; if it finds none, it closes
     * this one instead, which has no effect.
     */
    @Override
    public @Nullable ServletResponse getResponse() {
        if (state == State.HELD) {
            if (tomcat && Tomcat.isForwarding(ServletResponseWrapper.class)) {
                return null;
            }
            beforeChange();
        }
        length.restore();
        return super.getResponse();
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        settle();
        super.sendRedirect(location);
    }

    /** Overrides Servlet 6.1's method where the container has it. */
    public void sendRedirect(String location, int status) throws IOException {
        sendRedirect(location, status, true);
    }

    /** Overrides Servlet 6.1's method where the container has it. */
    public void sendRedirect(String location, boolean clearBuffer) throws IOException {
        sendRedirect(location, SC_FOUND, clearBuffer);
    }

    /** Overrides Servlet 6.1's method where the container has it. */
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
        settle();
        Servlet61.sendRedirect(container(), location, status, clearBuffer);
    }

    @Override
    public void resetBuffer() {
        beforeChange();
        super.resetBuffer();
        length.startAgain();
    }

    @Override
    public void reset() {
        beforeChange();
        super.reset();
        length.startAgain();
    }
}
