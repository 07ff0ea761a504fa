package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A response that keeps a diary; see {@link Fakes#of}. */
public final class FakeResponse {
    final Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    final List<String> diary = new ArrayList<>();
    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private int status = 200;
    private int bufferSize = 8192;
    private boolean committed;
    private String encoding = "ISO-8859-1";

    HttpServletResponse fake() {
        return Fakes.of(HttpServletResponse.class, this);
    }

    String body() {
        return written.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    void commit() {
        committed = true;
    }

    public int getStatus() {
        return status;
    }

    public void setStatus(int newStatus) {
        status = newStatus;
    }

    public boolean isCommitted() {
        return committed;
    }

    public boolean containsHeader(String name) {
        return fields.containsKey(name);
    }

    public @Nullable String getHeader(String name) {
        return fields.get(name);
    }

    public Collection<String> getHeaders(String name) {
        return fields.containsKey(name) ? List.of(fields.get(name)) : List.of();
    }

    public void setHeader(String name, @Nullable String value) {
        if (name == null) {
            return; // as Tomcat does
        }
        if (value == null) {
            fields.remove(name);
        } else {
            fields.put(name, value);
        }
    }

    public void addHeader(String name, String value) {
        if (name == null) {
            return;
        }
        fields.merge(name, value, (a, b) -> a + ", " + b);
    }

    public void setIntHeader(String name, int value) {
        setHeader(name, Integer.toString(value));
    }

    public void addIntHeader(String name, int value) {
        addHeader(name, Integer.toString(value));
    }

    public void setDateHeader(String name, long value) {
        setHeader(name, Long.toString(value));
    }

    public void addDateHeader(String name, long value) {
        addHeader(name, Long.toString(value));
    }

    public void setContentLengthLong(long length) {
        setHeader("Content-Length", Long.toString(length));
    }

    public @Nullable String getContentType() {
        return getHeader("Content-Type");
    }

    public void setContentType(String type) {
        setHeader("Content-Type", type);
    }

    public String getCharacterEncoding() {
        return encoding;
    }

    public void setCharacterEncoding(String newEncoding) {
        encoding = newEncoding;
    }

    public int getBufferSize() {
        return bufferSize;
    }

    public void setBufferSize(int size) {
        if (written.size() > 0) {
            throw new IllegalStateException();
        }
        bufferSize = size;
    }

    public void reset() {
        fields.clear();
        status = 200;
        resetBuffer();
    }

    public void resetBuffer() {
        written.reset();
    }

    public void flushBuffer() {
        committed = true;
        diary.add("flush");
    }

    public void sendError(int newStatus) {
        sendError(newStatus, "");
    }

    public void sendError(int newStatus, String message) {
        status = newStatus;
        committed = true;
        diary.add("error " + newStatus + " " + message);
    }

    public void sendRedirect(String location) {
        status = 302;
        committed = true;
        diary.add("redirect " + location);
    }

    public ServletOutputStream getOutputStream() {
        return new ServletOutputStream() {
            @Override
            public void write(int oneByte) {
                write(new byte[] {(byte) oneByte}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                diary.add("write " + length);
                written.write(bytes, offset, length);
            }

            @Override
            public void flush() {
                flushBuffer();
            }

            @Override
            public void close() {
                diary.add("close");
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {
                diary.add("listener");
            }
        };
    }

    public PrintWriter getWriter() {
        return new PrintWriter(getOutputStream());
    }
}
