package io.github.jettykeepalive.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The container's input stream, which also counts the bytes that were read. Jetty's {@code isFinished} is false until a
 * read has found the end, so the count is needed to know that nothing is left of a content of known length.
 */
final class CountingInput extends ServletInputStream {
    private final ServletInputStream container;
    private long count;
    private boolean closed;

    CountingInput(ServletInputStream container) {
        this.container = container;
    }

    boolean counts(ServletInputStream stream) {
        return container.equals(stream);
    }

    /** Bytes read so far. */
    long count() {
        return count;
    }

    boolean isClosed() {
        return closed;
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
    public int read(byte[] bytes) throws IOException {
        return counted(container.read(bytes));
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return counted(container.read(bytes, offset, length));
    }

    /** Overrides Servlet 6.1's method where the container has it. */
    public int read(ByteBuffer buffer) throws IOException {
        return counted(Servlet61.read(container, buffer));
    }

    @Override
    public int readLine(byte[] bytes, int offset, int length) throws IOException {
        return counted(container.readLine(bytes, offset, length));
    }

    @Override
    public long skip(long bytes) throws IOException {
        long skipped = container.skip(bytes);
        count += skipped;
        return skipped;
    }

    private int counted(int read) {
        count += Math.max(read, 0);
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
    public boolean markSupported() {
        return container.markSupported();
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // the container's stream locks as it needs to
    public void mark(int limit) {
        container.mark(limit);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void reset() throws IOException {
        container.reset();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        container.close();
    }
}
