package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
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
final class HeldResponse extends HttpServletResponseWrapper implements OutputGuard {
    private static final long NO_LENGTH = -1;

    enum State {
        OPEN,
        HELD,
        TAKEN,
        PASSING
    }

    /** A call of the container that was held back. */
    private interface Completion {
        void run() throws IOException;
    }

    private final UploadRequest request;
    private final boolean tomcat;
    private final boolean closesWhenFull;
    private volatile State state = State.OPEN;
    private volatile boolean closed;
    private volatile boolean errorSent;
    private @Nullable Completion held;
    private boolean closes;
    private @Nullable GuardedOutput output;
    private @Nullable GuardedWriter writer;
    private long withheldLength = NO_LENGTH;
    private boolean lengthUnchecked;

    /** Bytes that went to the stream, which Tomcat 11 counts too. */
    private long written;

    HeldResponse(HttpServletResponse response, UploadRequest request, boolean tomcat) {
        super(response);
        this.request = request;
        this.tomcat = tomcat;
        this.closesWhenFull = tomcat && Servlet61.isPresent();
        this.lengthUnchecked = closesWhenFull;
    }

    /** The container's response, or that of a filter in front. */
    ServletResponse container() {
        return super.getResponse();
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
        restoreLength();
        if (state == State.HELD) {
            state = State.PASSING;
            complete();
        }
    }

    /** {@link #settle}, for setters, which cannot throw its exception. The container has seen the failure. */
    private void settleQuietly() {
        lengthUnchecked = closesWhenFull;
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
        if (held != null && !closes && !super.isCommitted()) {
            super.resetBuffer();
        }
        state = State.TAKEN;
    }

    /** The rest of the content has been read, or a bound was reached: makes the held call, if there is one. */
    void sendHeld() throws IOException {
        complete();
    }

    private void complete() throws IOException {
        restoreLength();
        Completion completion = held;
        held = null;
        if (completion != null) {
            completion.run();
        }
    }

    private void hold(Completion completion) {
        held = completion;
        state = State.HELD;
    }

    private boolean mayHold(int status) {
        return state == State.OPEN
                && isRefusal(status)
                && !closed
                && !request.isAsyncStarted()
                && request.mayHaveUnread();
    }

    @Override
    public void sendError(int status) throws IOException {
        settle();
        if (!super.isCommitted() && mayHold(status) && takesStatus(status)) {
            hold(() -> {
                errorSent = true;
                super.sendError(status);
            });
        } else {
            super.sendError(status);
            noteError();
        }
    }

    @Override
    public void sendError(int status, @Nullable String message) throws IOException {
        settle();
        if (!super.isCommitted() && mayHold(status) && takesStatus(status)) {
            hold(() -> {
                errorSent = true;
                super.sendError(status, message);
            });
        } else {
            super.sendError(status, message);
            noteError();
        }
    }

    /** A container says of an error that it is committed. It sends an interim response (102, 103) at once, and goes on. */
    private void noteError() {
        errorSent |= super.isCommitted();
    }

    /** Sets the status, and tells whether that had an effect, which it has not while a resource is included. */
    private boolean takesStatus(int status) {
        if (super.getStatus() == status) {
            super.setStatus(status == SC_BAD_REQUEST ? SC_FORBIDDEN : SC_BAD_REQUEST);
            if (super.getStatus() == status) {
                return false;
            }
        }
        super.setStatus(status);
        return super.getStatus() == status;
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
        if (closesWhenFull && state == State.OPEN) {
            written += bytes;
            if (lengthUnchecked) {
                lengthUnchecked = false;
                withholdLength();
            }
            if (withheldLength != NO_LENGTH && written > super.getBufferSize()) {
                restoreLength();
            }
        }
        return true;
    }

    /**
     * Tomcat 11 closes the response, and with it the request's content, as soon as as many bytes have been written to
     * its stream as the {@code Content-Length} says. So a refusal is written without one, and gets it back before
     * anything could show that it was away; when all bytes are written, the close is held. A body that does not fit the
     * buffer would be sent without its length, so it is left alone. Tomcat does not count what a writer writes.
     */
    private void withholdLength() {
        if (!isRefusal(super.getStatus())) {
            return;
        }
        long length = announcedLength();
        if (length != NO_LENGTH
                && length <= super.getBufferSize()
                && !super.isCommitted()
                && mayHold(super.getStatus())) {
            super.setContentLengthLong(NO_LENGTH);
            // It is still there while a resource is included, which cannot change it.
            withheldLength = announcedLength() == NO_LENGTH ? length : NO_LENGTH;
        }
    }

    private long announcedLength() {
        String length = super.containsHeader("Content-Length") ? super.getHeader("Content-Length") : null;
        return length == null ? NO_LENGTH : Long.parseLong(length);
    }

    @Override
    public void wrote(Closeable container) throws IOException {
        if (!closesWhenFull || state != State.OPEN) {
            return;
        }
        if (withheldLength != NO_LENGTH) {
            if (written >= withheldLength && mayClose(container)) {
                container.close();
            }
        } else if (isRefusal(super.getStatus())) {
            long length = announcedLength();
            closed |= length != NO_LENGTH && written >= length;
        }
    }

    private void restoreLength() {
        long length = withheldLength;
        withheldLength = NO_LENGTH;
        if (length != NO_LENGTH) {
            super.setContentLengthLong(length);
            lengthUnchecked = true;
        }
    }

    @Override
    public boolean containsHeader(String name) {
        restoreLength();
        return super.containsHeader(name);
    }

    @Override
    public @Nullable String getHeader(String name) {
        restoreLength();
        return super.getHeader(name);
    }

    @Override
    public Collection<String> getHeaders(String name) {
        restoreLength();
        return super.getHeaders(name);
    }

    @Override
    public Collection<String> getHeaderNames() {
        restoreLength();
        return super.getHeaderNames();
    }

    @Override
    public boolean mayFlush() throws IOException {
        if (state == State.OPEN) {
            restoreLength();
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
            closes = true;
            hold(() -> {
                closed = true;
                container.close();
            });
            return false;
        }
        restoreLength();
        closed = true;
        return true;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        ServletOutputStream container = super.getOutputStream();
        GuardedOutput given = output;
        if (given == null || !given.guards(container)) {
            given = new GuardedOutput(container, this);
            output = given;
        }
        return given;
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
        if (tomcat && state == State.HELD && writer == null && output == null) {
            if (Tomcat.isForwarding(ServletResponseWrapper.class)) {
                return new GuardedWriter(new PrintWriter(Writer.nullWriter()), this);
            }
            settle();
        }
        PrintWriter container = super.getWriter();
        GuardedWriter given = writer;
        if (given == null || !given.guards(container)) {
            given = new GuardedWriter(container, this);
            writer = given;
        }
        return given;
    }

    private boolean suspendsAfterForward() {
        if (state == State.HELD || state == State.TAKEN || !Tomcat.isForwarding(HeldResponse.class)) {
            return false;
        }
        restoreLength();
        return Tomcat.suspend(super.getResponse());
    }

    @Override
    public boolean isCommitted() {
        return state == State.HELD || state == State.TAKEN || super.isCommitted();
    }

    @Override
    public void flushBuffer() throws IOException {
        if (state == State.HELD && closes) {
            settle();
        }
        restoreLength();
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
            settleQuietly();
        }
        restoreLength();
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
        Servlet61.sendRedirect((HttpServletResponse) super.getResponse(), location, status, clearBuffer);
    }

    @Override
    public void resetBuffer() {
        settleQuietly();
        super.resetBuffer();
        written = 0;
    }

    @Override
    public void reset() {
        settleQuietly();
        super.reset();
        written = 0;
    }

    @Override
    public void setStatus(int status) {
        settleQuietly();
        super.setStatus(status);
    }

    @Override
    public void addCookie(Cookie cookie) {
        settleQuietly();
        super.addCookie(cookie);
    }

    @Override
    public void setHeader(String name, String value) {
        settleQuietly();
        super.setHeader(name, value);
    }

    @Override
    public void addHeader(String name, String value) {
        settleQuietly();
        super.addHeader(name, value);
    }

    @Override
    public void setIntHeader(String name, int value) {
        settleQuietly();
        super.setIntHeader(name, value);
    }

    @Override
    public void addIntHeader(String name, int value) {
        settleQuietly();
        super.addIntHeader(name, value);
    }

    @Override
    public void setDateHeader(String name, long date) {
        settleQuietly();
        super.setDateHeader(name, date);
    }

    @Override
    public void addDateHeader(String name, long date) {
        settleQuietly();
        super.addDateHeader(name, date);
    }

    @Override
    public void setTrailerFields(Supplier<Map<String, String>> supplier) {
        settleQuietly();
        super.setTrailerFields(supplier);
    }

    @Override
    public void setContentLength(int length) {
        settleQuietly();
        super.setContentLength(length);
    }

    @Override
    public void setContentLengthLong(long length) {
        settleQuietly();
        super.setContentLengthLong(length);
    }

    @Override
    public void setContentType(String type) {
        settleQuietly();
        super.setContentType(type);
    }

    @Override
    public void setCharacterEncoding(String encoding) {
        settleQuietly();
        super.setCharacterEncoding(encoding);
    }

    /** Overrides Servlet 6.1's method where the container has it. */
    public void setCharacterEncoding(@Nullable Charset encoding) {
        settleQuietly();
        Servlet61.setCharacterEncoding(super.getResponse(), encoding);
    }

    @Override
    public void setLocale(Locale locale) {
        settleQuietly();
        super.setLocale(locale);
    }

    @Override
    public void setBufferSize(int size) {
        settleQuietly();
        super.setBufferSize(size);
    }
}
