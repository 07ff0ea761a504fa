package io.github.jettykeepalive.servlet;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Init-params out of a map; see {@link Fakes#of}. */
public final class FakeConfig {
    private final Map<String, String> params;

    private final List<String> mappings;
    private final List<String> log = new ArrayList<>();

    private FakeConfig(Map<String, String> params, List<String> mappings) {
        this.params = params;
        this.mappings = mappings;
    }

    static FilterConfig of(Map<String, String> params) {
        return Fakes.of(FilterConfig.class, new FakeConfig(params, List.of("/*")));
    }

    /** The filter, ready to be used. */
    static <F extends Filter> F init(F filter, Map<String, String> params) throws ServletException {
        filter.init(of(params));
        return filter;
    }

    /** Of a filter that is defined and not mapped, and has no init-param. */
    static FilterConfig unmapped() {
        return Fakes.of(FilterConfig.class, new FakeConfig(Map.of(), List.of()));
    }

    /** Of a filter that is mapped, and has no init-param. */
    static FakeConfig recording() {
        return new FakeConfig(Map.of(), List.of("/*"));
    }

    public String getFilterName() {
        return "filter";
    }

    public ServletContext getServletContext() {
        return Fakes.of(ServletContext.class, this);
    }

    public FilterRegistration getFilterRegistration(String name) {
        return Fakes.of(FilterRegistration.class, this);
    }

    public Collection<String> getUrlPatternMappings() {
        return mappings;
    }

    public Collection<String> getServletNameMappings() {
        return List.of();
    }

    /** What was logged, one line each. */
    public void log(String message) {
        log.add(message);
    }

    List<String> log() {
        return log;
    }

    public @Nullable String getInitParameter(String name) {
        return params.get(name);
    }

    public Enumeration<String> getInitParameterNames() {
        return Collections.enumeration(params.keySet());
    }
}
