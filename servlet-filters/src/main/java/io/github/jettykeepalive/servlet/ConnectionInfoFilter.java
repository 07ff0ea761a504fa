package io.github.jettykeepalive.servlet;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletConnection;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells the application, and its log, on which connection a request came: which one it is, how many requests came
 * before, how many may follow, and how old it is.
 *
 * <p>With the Jetty Keep-Alive connector these are the facts of {@link KeepAliveAttributes}. Without it only the
 * connection's id is known, from {@link ServletConnection}; it is put into the same attribute, also for HTTP/2. The
 * others are then absent, as no filter sees a connection begin or end.
 *
 * <p>If SLF4J is on the class path, whatever is known is also in its MDC while the request is handled, in every thread
 * that passes through the filter, under {@code connection.id}, {@code connection.request}, {@code connection.left} and
 * {@code connection.age}; the MDC is as before when the chain returns. A Logback pattern: {@code %X{connection.id}}.
 *
 * <table>
 * <caption>Init-params</caption>
 * <tr><td>{@code mdc}</td><td>{@code false} leaves the MDC alone, default {@code true}</td></tr>
 * <tr><td>{@code mdcPrefix}</td><td>begins the keys in the MDC, default {@code connection.}</td></tr>
 * </table>
 *
 * <p>Map it first. Thread-safe, and async-capable: declare it with {@code <async-supported>true</async-supported>}; for
 * the MDC of an asynchronous dispatch map it for {@code ASYNC} too.
 */
public final class ConnectionInfoFilter implements Filter {
    private LogContext log = LogContext.NONE;
    private String prefix = "connection.";

    /** For the container; the init-params come with {@code init}. */
    public ConnectionInfoFilter() {}

    @Override
    public void init(FilterConfig config) throws ServletException {
        var params = new InitParams(config);
        log = params.flag("mdc", true) ? LogContext.find() : LogContext.NONE;
        prefix = params.value("mdcPrefix", prefix, "text", text -> text);
        params.refuseUnknown();
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getAttribute(KeepAliveAttributes.CONNECTION_ID) == null) {
            identify(request);
        }
        try (var scope = log.open(() -> facts(request))) {
            chain.doFilter(request, response);
        }
    }

    private static void identify(ServletRequest request) {
        ServletConnection connection = request.getServletConnection();
        if (connection != null) {
            request.setAttribute(KeepAliveAttributes.CONNECTION_ID, connection.getConnectionId());
        }
    }

    private Map<String, String> facts(ServletRequest request) {
        Map<String, String> facts = new LinkedHashMap<>();
        addFact(facts, "id", request, KeepAliveAttributes.CONNECTION_ID);
        addFact(facts, "request", request, KeepAliveAttributes.REQUEST_NUMBER);
        addFact(facts, "left", request, KeepAliveAttributes.REQUESTS_LEFT);
        addFact(facts, "age", request, KeepAliveAttributes.AGE);
        return facts;
    }

    private void addFact(Map<String, String> facts, String key, ServletRequest request, String attribute) {
        Object value = request.getAttribute(attribute);
        if (value != null) {
            facts.put(prefix + key, value.toString());
        }
    }
}
