package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * A body that is held back until its length is known. It holds, or it passes through; once it passes through, the
 * response is exactly what it would be without the filter, so in doubt it is {@linkplain #release() released}.
 */
final class MeasuredBody extends ServletOutputStream {
    /**
     * How much to hold, and how far to go for it.
     *
     * @param maxBytes largest body that is held; a larger one passes through
     * @param ignoreFlush whether to go on holding although the application flushes
     */
    record Limits(int maxBytes, boolean ignoreFlush) {}

    private final HttpServletResponse response;
    private final Limits limits;
    private final BooleanSupplier endsWithUs;
    private final ByteChunks held = new ByteChunks();
    private boolean holding = true;

    /** @param endsWithUs whether the body ends when the filter chain returns, and not some time before */
    MeasuredBody(HttpServletResponse response, Limits limits, BooleanSupplier endsWithUs) {
        this.response = response;
        this.limits = limits;
        this.endsWithUs = endsWithUs;
    }

    int size() {
        return held.size();
    }

    @Override
    public void write(int oneByte) throws IOException {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return;
        }
        if (length > limits.maxBytes - held.size() || !worthHolding()) {
            release();
        }
        if (holding) {
            held.append(bytes, offset, length);
        } else {
            response.getOutputStream().write(bytes, offset, length);
        }
    }

    /** Asked before the first byte only: what the application has decided by then, it has decided. */
    private boolean worthHolding() {
        return held.size() > 0
                || (!response.containsHeader("Content-Length") && !isEventStream() && endsWithUs.getAsBoolean());
    }

    private boolean isEventStream() {
        String type = response.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }

    @Override
    public void flush() throws IOException {
        if (!holdsDespiteFlush()) {
            response.getOutputStream().flush();
        }
    }

    /** Ends the holding, unless flushes are to be ignored: then the answer is true, and nothing must be flushed. */
    boolean holdsDespiteFlush() throws IOException {
        if (holding && limits.ignoreFlush && worthHolding()) {
            return true;
        }
        release();
        return false;
    }

    @Override
    public void close() throws IOException {
        finish();
        response.getOutputStream().close();
    }

    /** From now on everything passes through, what was held first. */
    void release() throws IOException {
        if (holding) {
            holding = false;
            if (held.size() > 0) {
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
        if (held.size() > 0 && mayHaveBody() && !response.containsHeader("Content-Length")) {
            response.setContentLengthLong(held.size());
        }
        release();
    }

    /** A 204 must not have the field, and in a 304 it would speak of another body (RFC 9110 section 8.6). */
    private boolean mayHaveBody() {
        int status = response.getStatus();
        return status != HttpServletResponse.SC_NO_CONTENT && status != HttpServletResponse.SC_NOT_MODIFIED;
    }

    /** Forgets what is held, and goes on holding. */
    void reset() {
        held.clear();
    }

    /** Forgets what is held; somebody else answers. */
    void discard() {
        held.clear();
        holding = false;
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
