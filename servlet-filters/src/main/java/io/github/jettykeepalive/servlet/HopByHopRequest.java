package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request in which some fields do not exist, whichever way one asks. */
final class HopByHopRequest extends HttpServletRequestWrapper {
    private final Set<String> hidden;

    /** @param hidden names, in any case */
    HopByHopRequest(HttpServletRequest request, Set<String> hidden) {
        super(request);
        this.hidden = hidden;
    }

    @Override
    public @Nullable String getHeader(String name) {
        return hidden.contains(name) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return hidden.contains(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
    }

    @Override
    public long getDateHeader(String name) {
        return hidden.contains(name) ? -1 : super.getDateHeader(name);
    }

    @Override
    public int getIntHeader(String name) {
        return hidden.contains(name) ? -1 : super.getIntHeader(name);
    }

    /** {@code null}, as the specification allows, only where the container itself refuses to tell. */
    @Override
    public @Nullable Enumeration<String> getHeaderNames() {
        Enumeration<String> names = super.getHeaderNames();
        return names == null
                ? null
                : Collections.enumeration(Collections.list(names).stream()
                        .filter(name -> !hidden.contains(name))
                        .toList());
    }
}
