package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * A body that is held back until its length is known. It holds, or it passes through; once it passes through, the
 * response is exactly what it would be without the filter, so in doubt it is {@linkplain #release() released}.
 */
final class MeasuredBody extends ServletOutputStream {
    private final HttpServletResponse response;
    private final HoldingPolicy policy;
    private final BooleanSupplier undisturbed;
    private final ByteChunks held = new ByteChunks();
    private boolean holding = true;
    private boolean discarded;
    private boolean flushed;
    private boolean closed;
    private long passed;

    /** @param undisturbed asked before the first byte: whether the body will end where the filter chain does */
    MeasuredBody(HttpServletResponse response, HoldingPolicy policy, BooleanSupplier undisturbed) {
        this.response = response;
        this.policy = policy;
        this.undisturbed = undisturbed;
    }

    int size() {
        return held.size();
    }

    /** Whether nothing at all was written, nor answered in any other way. */
    boolean isEmpty() {
        return passed == 0 && held.size() == 0 && !discarded;
    }

    /** Whether the container was given something. */
    boolean hasPassed() {
        return passed > 0;
    }

    /** Whether some of it may be on its way to the client. */
    boolean isStreaming() {
        return flushed || passed > response.getBufferSize();
    }

    @Override
    public void write(int oneByte) throws IOException {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    /** Servlet 6.1's, which the base class of 6.0 lacks; that of 6.1 writes only if {@link #isReady()}. */
    public void write(ByteBuffer buffer) throws IOException {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        write(bytes, 0, bytes.length);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return;
        }
        if (closed) {
            throw new IOException("closed");
        }
        if (length > policy.maxBytes() - held.size() || !worthHolding()) {
            release();
        }
        if (holding) {
            held.append(bytes, offset, length);
        } else {
            passed += length;
            response.getOutputStream().write(bytes, offset, length);
        }
    }

    /** Asked before the first byte only: what the application has decided by then, it has decided. */
    private boolean worthHolding() {
        return held.size() > 0 || (policy.isWanted() && undisturbed.getAsBoolean() && !isEventStream());
    }

    private boolean isEventStream() {
        String type = response.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }

    @Override
    public void flush() throws IOException {
        if (!closed && !holdsDespiteFlush()) {
            response.getOutputStream().flush();
        }
    }

    /** Ends the holding, unless flushes are to be ignored: then the answer is true, and nothing must be flushed. */
    boolean holdsDespiteFlush() throws IOException {
        if (holding && policy.ignoresFlush() && worthHolding()) {
            return true;
        }
        flushed = true;
        release();
        return false;
    }

    @Override
    public void close() throws IOException {
        if (policy.ignoresClose()) {
            closed = true;
        } else {
            finish();
            response.getOutputStream().close();
        }
    }

    /** From now on everything passes through, what was held first. */
    void release() throws IOException {
        if (holding) {
            holding = false;
            if (held.size() > 0) {
                passed += held.size();
                held.moveTo(response.getOutputStream());
            }
        }
    }

    /** The body is complete: says how long it is, and hands it over. */
    void finish() throws IOException {
        if (!holding) {
            return;
        }
        if (response.isCommitted()) {
            // Somebody has answered behind our back: a redirect with a status, for one.
            discard();
            return;
        }
        if (held.size() > 0 && mayHaveBody(response) && !response.containsHeader("Content-Length")) {
            response.setContentLengthLong(held.size());
        }
        release();
    }

    /** A 204 must not have the field, and in a 304 it would speak of another body (RFC 9110 section 8.6). */
    static boolean mayHaveBody(HttpServletResponse response) {
        int status = response.getStatus();
        return status != HttpServletResponse.SC_NO_CONTENT && status != HttpServletResponse.SC_NOT_MODIFIED;
    }

    /** Forgets what is held, and goes on holding. */
    void reset() {
        held.clear();
        closed = false;
    }

    /** Forgets what is held; somebody else answers. */
    void discard() {
        held.clear();
        holding = false;
        discarded = true;
    }

    @Override
    public boolean isReady() {
        return target().isReady();
    }

    /** A body that is written without blocking can be of any length and take any time: it is not held. */
    @Override
    public void setWriteListener(WriteListener listener) {
        try {
            release();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        target().setWriteListener(listener);
    }

    private ServletOutputStream target() {
        try {
            return response.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
