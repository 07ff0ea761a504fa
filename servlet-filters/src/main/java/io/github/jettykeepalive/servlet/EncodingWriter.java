package io.github.jettykeepalive.servlet;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.util.Objects;

/**
 * Encodes at once. The JDK's encoder keeps up to 8 KiB back until it is flushed, but nobody flushes a response that is
 * completed asynchronously, and a flush of a response has a meaning of its own.
 */
final class EncodingWriter extends Writer {
    private final OutputStream target;
    private final Writer encoder;

    EncodingWriter(OutputStream target, Charset charset) {
        this.target = target;
        this.encoder = new OutputStreamWriter(new BytesOnly(target), charset);
    }

    @Override
    public void write(char[] chars, int offset, int length) throws IOException {
        encoder.write(chars, offset, length);
        encoder.flush();
    }

    @Override
    public void flush() throws IOException {
        target.flush();
    }

    /** Writes what a stateful encoding ends with, such as ISO-2022-JP; to be called once nothing follows. */
    void end() throws IOException {
        encoder.close();
    }

    @Override
    public void close() throws IOException {
        end();
        target.close();
    }

    /** Passes bytes on, and keeps the encoder's flushes and its close to itself. */
    private static final class BytesOnly extends OutputStream {
        private final OutputStream target;

        BytesOnly(OutputStream target) {
            this.target = Objects.requireNonNull(target);
        }

        @Override
        public void write(int oneByte) throws IOException {
            target.write(oneByte);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            target.write(bytes, offset, length);
        }
    }
}
