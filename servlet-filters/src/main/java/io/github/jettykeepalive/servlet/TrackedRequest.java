package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request that can tell what is left of its body, and whose body can still be read after the application has used
 * {@link #getReader()}: a container gives out the stream or the reader, never both, so it is only ever asked for the
 * stream.
 */
final class TrackedRequest extends HttpServletRequestWrapper {
    private @Nullable CountingInput input;
    private @Nullable BufferedReader reader;
    private boolean streaming;

    TrackedRequest(HttpServletRequest request) {
        super(request);
    }

    /** Whether the request has a body at all (RFC 9112 section 6.3). */
    static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    /**
     * Bytes of the body that the application has not read, as far as can be told without touching it: to open the
     * stream would keep the container from parsing a form, and have it send a {@code 100 Continue}.
     *
     * @return -1 if the body is of unknown length
     */
    long unread() {
        long length = getContentLengthLong();
        CountingInput opened = input;
        return opened == null || length < 0 ? length : length - opened.count();
    }

    /** Whether something is left that we can read; may be asked once the application is done with the body. */
    boolean hasUnread() throws IOException {
        try {
            return unread() != 0 && !input().isFinished();
        } catch (IllegalStateException readerTaken) {
            // By an outer filter, of the container's own request.
            return false;
        }
    }

    /**
     * Whether the client may still wait for a {@code 100 Continue}: it asked for one (RFC 9110 section 10.1.1), and the
     * application did nothing that would have made the container send it.
     */
    boolean isUnasked() {
        return input == null && "100-continue".equalsIgnoreCase(getHeader("Expect"));
    }

    /** The body, whoever has read from it before. */
    CountingInput input() throws IOException {
        CountingInput opened = input;
        if (opened == null) {
            opened = new CountingInput(super.getInputStream());
            input = opened;
        }
        return opened;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        if (reader != null) {
            throw new IllegalStateException("getReader() has been called");
        }
        streaming = true;
        return input();
    }

    @Override
    public BufferedReader getReader() throws IOException {
        if (streaming) {
            throw new IllegalStateException("getInputStream() has been called");
        }
        BufferedReader opened = reader;
        if (opened == null) {
            opened = new BufferedReader(new InputStreamReader(input(), charset()));
            reader = opened;
        }
        return opened;
    }

    private Charset charset() throws UnsupportedEncodingException {
        String name = getCharacterEncoding();
        try {
            return name == null ? StandardCharsets.ISO_8859_1 : Charset.forName(name);
        } catch (IllegalArgumentException e) {
            throw new UnsupportedEncodingException(name);
        }
    }
}
