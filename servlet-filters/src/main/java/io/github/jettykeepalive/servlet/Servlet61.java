package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * Calls methods that Servlet 6.1 added and Servlet 6.0, which this module is compiled against, does not have. A wrapper
 * overrides such a method by declaring it; to pass the call on it needs a method handle. On Servlet 6.0 no caller knows
 * the methods of a response, and those of the streams do what 6.1's own default does.
 */
final class Servlet61 {
    private static final @Nullable MethodHandle SEND_REDIRECT = find(
            HttpServletResponse.class,
            "sendRedirect",
            MethodType.methodType(void.class, String.class, int.class, boolean.class));
    private static final @Nullable MethodHandle SET_CHARACTER_ENCODING =
            find(ServletResponse.class, "setCharacterEncoding", MethodType.methodType(void.class, Charset.class));
    private static final @Nullable MethodHandle WRITE =
            find(ServletOutputStream.class, "write", MethodType.methodType(void.class, ByteBuffer.class));
    private static final @Nullable MethodHandle READ =
            find(ServletInputStream.class, "read", MethodType.methodType(int.class, ByteBuffer.class));

    private Servlet61() {}

    /** Whether the container has Servlet 6.1, or later. */
    static boolean isPresent() {
        return SEND_REDIRECT != null;
    }

    private static @Nullable MethodHandle find(Class<?> type, String name, MethodType signature) {
        try {
            return MethodHandles.publicLookup().findVirtual(type, name, signature);
        } catch (NoSuchMethodException | IllegalAccessException servlet60) {
            return null;
        }
    }

    /** Throws {@link UnsupportedOperationException} on Servlet 6.0, where nobody can call it. */
    static void sendRedirect(HttpServletResponse response, String location, int status, boolean clearBuffer)
            throws IOException {
        try {
            existing(SEND_REDIRECT).invokeExact(response, location, status, clearBuffer);
        } catch (Throwable e) {
            throw asIoException(e);
        }
    }

    /** Throws {@link UnsupportedOperationException} on Servlet 6.0, where nobody can call it. */
    static void setCharacterEncoding(ServletResponse response, @Nullable Charset charset) {
        try {
            existing(SET_CHARACTER_ENCODING).invokeExact(response, charset);
        } catch (Throwable e) {
            throw asUnchecked(e);
        }
    }

    static void write(ServletOutputStream output, ByteBuffer buffer) throws IOException {
        if (WRITE == null) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            output.write(bytes, 0, bytes.length);
            return;
        }
        try {
            WRITE.invokeExact(output, buffer);
        } catch (Throwable e) {
            throw asIoException(e);
        }
    }

    static int read(ServletInputStream input, ByteBuffer buffer) throws IOException {
        if (READ == null) {
            byte[] bytes = new byte[buffer.remaining()];
            int read = input.read(bytes, 0, bytes.length);
            buffer.put(bytes, 0, Math.max(read, 0));
            return read;
        }
        try {
            return (int) READ.invokeExact(input, buffer);
        } catch (Throwable e) {
            throw asIoException(e);
        }
    }

    private static MethodHandle existing(@Nullable MethodHandle method) {
        if (method == null) {
            throw new UnsupportedOperationException("Servlet 6.1");
        }
        return method;
    }

    private static IOException asIoException(Throwable e) {
        if (e instanceof IOException io) {
            return io;
        }
        throw asUnchecked(e);
    }

    private static RuntimeException asUnchecked(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
    }
}
