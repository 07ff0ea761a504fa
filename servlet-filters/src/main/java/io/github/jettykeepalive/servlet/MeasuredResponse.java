package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * A response with a {@link MeasuredBody}. It encodes characters itself, as the length counts bytes, and so it also has
 * to keep the promises that go with a writer: the character encoding is settled by {@link #getWriter()}, and named in
 * {@code Content-Type}.
 *
 * <p>As any response, used by one thread at a time.
 */
final class MeasuredResponse extends HttpServletResponseWrapper {
    private final MeasuredBody body;
    private boolean streaming;
    private @Nullable Text text;

    /** The writer, what is beneath it, and the name of the encoding. */
    private record Text(PrintWriter writer, EncodingWriter encoder, String charset) {}

    MeasuredResponse(HttpServletResponse response, MeasuredBody body) {
        super(response);
        this.body = body;
    }

    MeasuredBody body() {
        return body;
    }

    @Override
    public ServletOutputStream getOutputStream() {
        if (text != null) {
            throw new IllegalStateException("getWriter() has been called");
        }
        streaming = true;
        return body;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (streaming) {
            throw new IllegalStateException("getOutputStream() has been called");
        }
        Text taken = text;
        if (taken == null) {
            String charset = getCharacterEncoding();
            taken = open(charset == null ? "ISO-8859-1" : charset);
            // The container's getWriter(), which is never called, would have named the encoding too.
            super.setCharacterEncoding(taken.charset);
            text = taken;
        }
        return taken.writer;
    }

    private Text open(String charset) throws UnsupportedEncodingException {
        try {
            var encoder = new EncodingWriter(body, Charset.forName(charset));
            return new Text(new PrintWriter(encoder), encoder, charset);
        } catch (IllegalArgumentException e) {
            throw new UnsupportedEncodingException(charset);
        }
    }

    @Override
    public void setCharacterEncoding(String charset) {
        if (text == null) {
            super.setCharacterEncoding(charset);
        }
    }

    /** Servlet 6.1's, which the base class of 6.0 lacks. */
    public void setCharacterEncoding(Charset charset) {
        setCharacterEncoding(charset.name());
    }

    @Override
    public void setContentType(String type) {
        super.setContentType(type);
        keepCharset();
    }

    @Override
    public void setHeader(String name, String value) {
        super.setHeader(name, value);
        keepCharset();
    }

    @Override
    public void addHeader(String name, String value) {
        super.addHeader(name, value);
        keepCharset();
    }

    private void keepCharset() {
        if (text != null && !text.charset.equalsIgnoreCase(getCharacterEncoding())) {
            super.setCharacterEncoding(text.charset);
        }
    }

    /** The filter chain has returned and nothing follows. */
    void finish() throws IOException {
        if (text != null) {
            text.encoder.end();
        }
        body.finish();
    }

    @Override
    public void flushBuffer() throws IOException {
        if (!body.holdsDespiteFlush()) {
            super.flushBuffer();
        }
    }

    @Override
    public void setBufferSize(int size) {
        if (body.size() > 0) {
            throw new IllegalStateException("the body has begun");
        }
        super.setBufferSize(size);
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        body.reset();
    }

    @Override
    public void reset() {
        super.reset();
        body.reset();
        streaming = false;
        text = null;
    }

    @Override
    public void sendError(int status) throws IOException {
        super.sendError(status);
        body.discard();
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        super.sendError(status, message);
        body.discard();
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        super.sendRedirect(location);
        body.discard();
    }
}
