package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A response that is told before the application sets anything of it: the status, a field, or the size of the buffer. */
abstract class ObservedResponse extends HttpServletResponseWrapper {
    ObservedResponse(HttpServletResponse response) {
        super(response);
    }

    /** Called before every setter. */
    abstract void beforeChange();

    /** The container's response, or while a resource is included the container's wrapper of it. */
    HttpServletResponse container() {
        return (HttpServletResponse) super.getResponse();
    }

    @Override
    public void setStatus(int status) {
        beforeChange();
        super.setStatus(status);
    }

    @Override
    public void addCookie(Cookie cookie) {
        beforeChange();
        super.addCookie(cookie);
    }

    @Override
    public void setHeader(String name, String value) {
        beforeChange();
        super.setHeader(name, value);
    }

    @Override
    public void addHeader(String name, String value) {
        beforeChange();
        super.addHeader(name, value);
    }

    @Override
    public void setIntHeader(String name, int value) {
        beforeChange();
        super.setIntHeader(name, value);
    }

    @Override
    public void addIntHeader(String name, int value) {
        beforeChange();
        super.addIntHeader(name, value);
    }

    @Override
    public void setDateHeader(String name, long date) {
        beforeChange();
        super.setDateHeader(name, date);
    }

    @Override
    public void addDateHeader(String name, long date) {
        beforeChange();
        super.addDateHeader(name, date);
    }

    @Override
    public void setTrailerFields(Supplier<Map<String, String>> supplier) {
        beforeChange();
        super.setTrailerFields(supplier);
    }

    @Override
    public void setContentLength(int length) {
        beforeChange();
        super.setContentLength(length);
    }

    @Override
    public void setContentLengthLong(long length) {
        beforeChange();
        super.setContentLengthLong(length);
    }

    @Override
    public void setContentType(String type) {
        beforeChange();
        super.setContentType(type);
    }

    @Override
    public void setCharacterEncoding(String encoding) {
        beforeChange();
        super.setCharacterEncoding(encoding);
    }

    /** Overrides Servlet 6.1's method where the container has it. */
    public void setCharacterEncoding(@Nullable Charset encoding) {
        beforeChange();
        Servlet61.setCharacterEncoding(container(), encoding);
    }

    @Override
    public void setLocale(Locale locale) {
        beforeChange();
        super.setLocale(locale);
    }

    @Override
    public void setBufferSize(int size) {
        beforeChange();
        super.setBufferSize(size);
    }
}
