package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The container's output stream, behind an {@link OutputGuard}. Every method calls the same method of the container's
 * stream: containers encode characters differently in {@code print}, and only they know how.
 */
final class GuardedOutput extends ServletOutputStream {
    private final ServletOutputStream container;
    private final OutputGuard guard;

    GuardedOutput(ServletOutputStream container, OutputGuard guard) {
        this.container = container;
        this.guard = guard;
    }

    boolean guards(ServletOutputStream stream) {
        return container.equals(stream);
    }

    @Override
    public void write(int oneByte) throws IOException {
        if (guard.mayWrite()) {
            container.write(oneByte);
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        if (guard.mayWrite()) {
            container.write(bytes);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (guard.mayWrite()) {
            container.write(bytes, offset, length);
        }
    }

    /** Overrides Servlet 6.1's method where the container has it. */
    public void write(ByteBuffer buffer) throws IOException {
        if (guard.mayWrite()) {
            Servlet61.write(container, buffer);
        }
    }

    @Override
    public void print(String text) throws IOException {
        if (guard.mayWrite()) {
            container.print(text);
        }
    }

    @Override
    public void print(boolean value) throws IOException {
        if (guard.mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void print(char value) throws IOException {
        if (guard.mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void print(int value) throws IOException {
        if (guard.mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void print(long value) throws IOException {
        if (guard.mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void print(float value) throws IOException {
        if (guard.mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void print(double value) throws IOException {
        if (guard.mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void println() throws IOException {
        if (guard.mayWrite()) {
            container.println();
        }
    }

    @Override
    public void println(String text) throws IOException {
        if (guard.mayWrite()) {
            container.println(text);
        }
    }

    @Override
    public void println(boolean value) throws IOException {
        if (guard.mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void println(char value) throws IOException {
        if (guard.mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void println(int value) throws IOException {
        if (guard.mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void println(long value) throws IOException {
        if (guard.mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void println(float value) throws IOException {
        if (guard.mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void println(double value) throws IOException {
        if (guard.mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void flush() throws IOException {
        if (guard.mayFlush()) {
            container.flush();
        }
    }

    @Override
    public void close() throws IOException {
        if (guard.mayClose(container)) {
            container.close();
        }
    }

    @Override
    public boolean isReady() {
        return container.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        container.setWriteListener(listener);
    }
}
