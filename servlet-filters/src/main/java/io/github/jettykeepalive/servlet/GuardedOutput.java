package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The container's output stream, behind an {@link OutputGuard}. Every method calls the same method of the container's
 * stream: containers encode characters differently in {@code print}, and only they know how.
 */
final class GuardedOutput extends ServletOutputStream {
    /** {@code println} writes a CR and an LF. */
    private static final int LINE_END = 2;

    private final ServletOutputStream container;
    private final OutputGuard guard;

    GuardedOutput(ServletOutputStream container, OutputGuard guard) {
        this.container = container;
        this.guard = guard;
    }

    boolean guards(ServletOutputStream stream) {
        return container.equals(stream);
    }

    /** One byte for each character, where {@code print} is the one of the Servlet API, as on Tomcat. */
    private static int length(@Nullable Object printed) {
        return String.valueOf(printed).length();
    }

    @Override
    public void write(int oneByte) throws IOException {
        if (guard.mayWrite(1)) {
            container.write(oneByte);
            guard.wrote(container);
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        if (guard.mayWrite(bytes.length)) {
            container.write(bytes);
            guard.wrote(container);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (guard.mayWrite(length)) {
            container.write(bytes, offset, length);
            guard.wrote(container);
        }
    }

    /** Overrides Servlet 6.1's method where the container has it. */
    public void write(ByteBuffer buffer) throws IOException {
        if (guard.mayWrite(buffer.remaining())) {
            Servlet61.write(container, buffer);
            guard.wrote(container);
        }
    }

    @Override
    public void print(String text) throws IOException {
        if (guard.mayWrite(length(text))) {
            container.print(text);
            guard.wrote(container);
        }
    }

    @Override
    public void print(boolean value) throws IOException {
        if (guard.mayWrite(length(value))) {
            container.print(value);
            guard.wrote(container);
        }
    }

    @Override
    public void print(char value) throws IOException {
        if (guard.mayWrite(length(value))) {
            container.print(value);
            guard.wrote(container);
        }
    }

    @Override
    public void print(int value) throws IOException {
        if (guard.mayWrite(length(value))) {
            container.print(value);
            guard.wrote(container);
        }
    }

    @Override
    public void print(long value) throws IOException {
        if (guard.mayWrite(length(value))) {
            container.print(value);
            guard.wrote(container);
        }
    }

    @Override
    public void print(float value) throws IOException {
        if (guard.mayWrite(length(value))) {
            container.print(value);
            guard.wrote(container);
        }
    }

    @Override
    public void print(double value) throws IOException {
        if (guard.mayWrite(length(value))) {
            container.print(value);
            guard.wrote(container);
        }
    }

    @Override
    public void println() throws IOException {
        if (guard.mayWrite(LINE_END)) {
            container.println();
            guard.wrote(container);
        }
    }

    @Override
    public void println(String text) throws IOException {
        if (guard.mayWrite(length(text) + LINE_END)) {
            container.println(text);
            guard.wrote(container);
        }
    }

    @Override
    public void println(boolean value) throws IOException {
        if (guard.mayWrite(length(value) + LINE_END)) {
            container.println(value);
            guard.wrote(container);
        }
    }

    @Override
    public void println(char value) throws IOException {
        if (guard.mayWrite(length(value) + LINE_END)) {
            container.println(value);
            guard.wrote(container);
        }
    }

    @Override
    public void println(int value) throws IOException {
        if (guard.mayWrite(length(value) + LINE_END)) {
            container.println(value);
            guard.wrote(container);
        }
    }

    @Override
    public void println(long value) throws IOException {
        if (guard.mayWrite(length(value) + LINE_END)) {
            container.println(value);
            guard.wrote(container);
        }
    }

    @Override
    public void println(float value) throws IOException {
        if (guard.mayWrite(length(value) + LINE_END)) {
            container.println(value);
            guard.wrote(container);
        }
    }

    @Override
    public void println(double value) throws IOException {
        if (guard.mayWrite(length(value) + LINE_END)) {
            container.println(value);
            guard.wrote(container);
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
