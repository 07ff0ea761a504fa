package io.github.jettykeepalive.servlet;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The container's writer, behind an {@link OutputGuard}. Every method calls the same method of the container's writer:
 * encodings, line ends and buffers stay what they are.
 */
@SuppressWarnings("AnnotateFormatMethod") // as its superclass, which has no such annotation
final class GuardedWriter extends PrintWriter {
    private final PrintWriter container;
    private final OutputGuard guard;
    private boolean failed;

    GuardedWriter(PrintWriter container, OutputGuard guard) {
        super(container);
        this.container = container;
        this.guard = guard;
    }

    boolean guards(PrintWriter writer) {
        return container.equals(writer);
    }

    private interface Question {
        boolean ask() throws IOException;
    }

    /** A writer reports a failure by {@link #checkError} only. */
    private boolean may(Question question) {
        try {
            return question.ask();
        } catch (IOException e) {
            failed = true;
            return false;
        }
    }

    private boolean mayWrite() {
        try {
            return guard.mayWrite();
        } catch (IOException e) {
            failed = true;
            return false;
        }
    }

    @Override
    public void flush() {
        if (may(guard::mayFlush)) {
            container.flush();
        }
    }

    @Override
    public void close() {
        if (may(() -> guard.mayClose(container))) {
            container.close();
        }
    }

    /** Flushes, as every {@link PrintWriter} does. */
    @Override
    public boolean checkError() {
        return (may(guard::mayFlush) && container.checkError()) || failed;
    }

    @Override
    public void write(int character) {
        if (mayWrite()) {
            container.write(character);
        }
    }

    @Override
    public void write(char[] characters, int offset, int length) {
        if (mayWrite()) {
            container.write(characters, offset, length);
        }
    }

    @Override
    public void write(char[] characters) {
        if (mayWrite()) {
            container.write(characters);
        }
    }

    @Override
    public void write(String text, int offset, int length) {
        if (mayWrite()) {
            container.write(text, offset, length);
        }
    }

    @Override
    public void write(String text) {
        if (mayWrite()) {
            container.write(text);
        }
    }

    @Override
    public void print(boolean value) {
        if (mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void print(char value) {
        if (mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void print(int value) {
        if (mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void print(long value) {
        if (mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void print(float value) {
        if (mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void print(double value) {
        if (mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void print(char[] value) {
        if (mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void print(@Nullable String value) {
        if (mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void print(@Nullable Object value) {
        if (mayWrite()) {
            container.print(value);
        }
    }

    @Override
    public void println() {
        if (mayWrite()) {
            container.println();
        }
    }

    @Override
    public void println(boolean value) {
        if (mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void println(char value) {
        if (mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void println(int value) {
        if (mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void println(long value) {
        if (mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void println(float value) {
        if (mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void println(double value) {
        if (mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void println(char[] value) {
        if (mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void println(@Nullable String value) {
        if (mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public void println(@Nullable Object value) {
        if (mayWrite()) {
            container.println(value);
        }
    }

    @Override
    public PrintWriter printf(String format, @Nullable Object... arguments) {
        if (mayWrite()) {
            container.printf(format, arguments);
        }
        return this;
    }

    @Override
    public PrintWriter printf(@Nullable Locale locale, String format, @Nullable Object... arguments) {
        if (mayWrite()) {
            container.printf(locale, format, arguments);
        }
        return this;
    }

    @Override
    public PrintWriter format(String format, @Nullable Object... arguments) {
        if (mayWrite()) {
            container.format(format, arguments);
        }
        return this;
    }

    @Override
    public PrintWriter format(@Nullable Locale locale, String format, @Nullable Object... arguments) {
        if (mayWrite()) {
            container.format(locale, format, arguments);
        }
        return this;
    }

    @Override
    public PrintWriter append(@Nullable CharSequence text) {
        if (mayWrite()) {
            container.append(text);
        }
        return this;
    }

    @Override
    public PrintWriter append(@Nullable CharSequence text, int start, int end) {
        if (mayWrite()) {
            container.append(text, start, end);
        }
        return this;
    }

    @Override
    public PrintWriter append(char character) {
        if (mayWrite()) {
            container.append(character);
        }
        return this;
    }
}
