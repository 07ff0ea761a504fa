package io.github.jettykeepalive.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A request body that knows how much of it was read. */
final class CountingInput extends ServletInputStream {
    private final ServletInputStream container;
    private long count;

    CountingInput(ServletInputStream container) {
        this.container = container;
    }

    /** Bytes read so far. */
    long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        int oneByte = container.read();
        if (oneByte >= 0) {
            count++;
        }
        return oneByte;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = container.read(bytes, offset, length);
        count += Math.max(read, 0);
        return read;
    }

    /** Servlet 6.1's, which the base class of 6.0 lacks; that of 6.1 reads only if {@link #isReady()}. */
    public int read(ByteBuffer buffer) throws IOException {
        byte[] bytes = new byte[buffer.remaining()];
        int read = read(bytes, 0, bytes.length);
        if (read > 0) {
            buffer.put(bytes, 0, read);
        }
        return read;
    }

    @Override
    public int available() throws IOException {
        return container.available();
    }

    @Override
    public boolean isFinished() {
        return container.isFinished();
    }

    @Override
    public boolean isReady() {
        return container.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
        container.setReadListener(listener);
    }

    @Override
    public void close() throws IOException {
        container.close();
    }
}
