package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/** A response whose connection fields the application sets in vain; only its wish to close is heard. */
final class HopByHopResponse extends HttpServletResponseWrapper {
    private final Runnable close;

    /** @param close called for every {@code Connection: close} */
    HopByHopResponse(HttpServletResponse response, Runnable close) {
        super(response);
        this.close = close;
    }

    private boolean drops(String name, @Nullable String value) {
        if (!HopByHopFields.isOfResponse(name)) {
            return false;
        }
        if (name.equalsIgnoreCase("Connection") && ConnectionOptions.of(value).close()) {
            close.run();
        }
        return true;
    }

    @Override
    public void setHeader(String name, String value) {
        if (!drops(name, value)) {
            super.setHeader(name, value);
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if (!drops(name, value)) {
            super.addHeader(name, value);
        }
    }

    @Override
    public void setIntHeader(String name, int value) {
        if (!drops(name, null)) {
            super.setIntHeader(name, value);
        }
    }

    @Override
    public void addIntHeader(String name, int value) {
        if (!drops(name, null)) {
            super.addIntHeader(name, value);
        }
    }

    @Override
    public void setDateHeader(String name, long value) {
        if (!drops(name, null)) {
            super.setDateHeader(name, value);
        }
    }

    @Override
    public void addDateHeader(String name, long value) {
        if (!drops(name, null)) {
            super.addDateHeader(name, value);
        }
    }
}
