package io.github.jettykeepalive.servlet;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Init-params out of a map; see {@link Fakes#of}. */
public final class FakeConfig {
    private final Map<String, String> params;

    private FakeConfig(Map<String, String> params) {
        this.params = params;
    }

    static FilterConfig of(Map<String, String> params) {
        return Fakes.of(FilterConfig.class, new FakeConfig(params));
    }

    /** The filter, ready to be used. */
    static <F extends Filter> F init(F filter, Map<String, String> params) throws ServletException {
        filter.init(of(params));
        return filter;
    }

    public @Nullable String getInitParameter(String name) {
        return params.get(name);
    }

    public Enumeration<String> getInitParameterNames() {
        return Collections.enumeration(params.keySet());
    }
}
