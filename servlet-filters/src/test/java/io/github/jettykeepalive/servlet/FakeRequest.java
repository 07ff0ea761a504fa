package io.github.jettykeepalive.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletConnection;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request out of a map; see {@link Fakes#of}. */
public final class FakeRequest {
    private final Map<String, Object> attributes = new HashMap<>();
    private final List<Map.Entry<String, String>> fields = new ArrayList<>();
    private String protocol = "HTTP/1.1";
    private String method = "GET";
    private String path = "/";
    private DispatcherType type = DispatcherType.REQUEST;
    private byte[] body = {};
    private boolean asyncStarted;
    private boolean asyncSupported = true;
    private int streamsOpened;
    private final Cycle cycle = new Cycle();

    FakeRequest protocol(String newProtocol) {
        protocol = newProtocol;
        return this;
    }

    FakeRequest method(String newMethod) {
        method = newMethod;
        return this;
    }

    FakeRequest path(String newPath) {
        path = newPath;
        return this;
    }

    FakeRequest dispatched(DispatcherType newType) {
        type = newType;
        return this;
    }

    FakeRequest field(String name, String value) {
        fields.add(Map.entry(name, value));
        return this;
    }

    FakeRequest attribute(String name, Object value) {
        attributes.put(name, value);
        return this;
    }

    FakeRequest body(String text) {
        body = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        return field("Content-Length", Integer.toString(body.length));
    }

    FakeRequest asyncStarted() {
        asyncStarted = true;
        return this;
    }

    HttpServletRequest fake() {
        return Fakes.of(HttpServletRequest.class, this);
    }

    int streamsOpened() {
        return streamsOpened;
    }

    public String getProtocol() {
        return protocol;
    }

    public String getMethod() {
        return method;
    }

    public String getServletPath() {
        return path;
    }

    public @Nullable String getPathInfo() {
        return null;
    }

    public DispatcherType getDispatcherType() {
        return type;
    }

    public boolean isAsyncStarted() {
        return asyncStarted;
    }

    /** A cycle that nobody ends. */
    public AsyncContext startAsync() {
        asyncStarted = true;
        return getAsyncContext();
    }

    public AsyncContext getAsyncContext() {
        return Fakes.of(AsyncContext.class, cycle);
    }

    List<AsyncListener> listeners() {
        return cycle.listeners;
    }

    /** See {@link Fakes#of}. */
    public static final class Cycle {
        private final List<AsyncListener> listeners = new ArrayList<>();

        public void setTimeout(long millis) {}

        public void addListener(AsyncListener listener) {
            listeners.add(listener);
        }
    }

    FakeRequest withoutAsyncSupport() {
        asyncSupported = false;
        return this;
    }

    public boolean isAsyncSupported() {
        return asyncSupported;
    }

    public @Nullable String getHeader(String name) {
        Enumeration<String> values = getHeaders(name);
        return values.hasMoreElements() ? values.nextElement() : null;
    }

    public Enumeration<String> getHeaders(String name) {
        return Collections.enumeration(fields.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name)) // null is no name
                .map(Map.Entry::getValue)
                .toList());
    }

    public Enumeration<String> getHeaderNames() {
        return Collections.enumeration(
                fields.stream().map(Map.Entry::getKey).distinct().toList());
    }

    public int getIntHeader(String name) {
        String value = getHeader(name);
        return value == null ? -1 : Integer.parseInt(value);
    }

    public long getDateHeader(String name) {
        return getHeader(name) == null ? -1 : 0;
    }

    public long getContentLengthLong() {
        return getIntHeader("Content-Length");
    }

    public @Nullable String getCharacterEncoding() {
        return null;
    }

    public @Nullable Object getAttribute(String name) {
        return attributes.get(name);
    }

    public void setAttribute(String name, Object value) {
        attributes.put(name, value);
    }

    public void removeAttribute(String name) {
        attributes.remove(name);
    }

    public ServletConnection getServletConnection() {
        return new ServletConnection() {
            @Override
            public String getConnectionId() {
                return "c7";
            }

            @Override
            public String getProtocol() {
                return "http/1.1";
            }

            @Override
            public String getProtocolConnectionId() {
                return "";
            }

            @Override
            public boolean isSecure() {
                return false;
            }
        };
    }

    public ServletInputStream getInputStream() {
        streamsOpened++;
        InputStream bytes = new ByteArrayInputStream(body);
        return new FakeInput(bytes);
    }
}
