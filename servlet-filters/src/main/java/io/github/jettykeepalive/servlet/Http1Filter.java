package io.github.jettykeepalive.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the filters about connections have in common: typed init-params, and nothing to do where there is no HTTP/1.x
 * connection of one's own. A later version of HTTP manages its connections without these fields and forbids them (RFC
 * 9113 section 8.2.2), AJP carries the request of a client whose connection is another server's, and an included resource
 * has no say in the response's header.
 *
 * <p>A subclass keeps what it read from the init-params in fields that {@link #configure} alone writes. The container
 * publishes the filter after {@link #init}, so request threads read them without further ado.
 */
abstract class Http1Filter implements Filter {
    private @Nullable FilterConfig config;

    @Override
    public final void init(FilterConfig filterConfig) throws ServletException {
        config = filterConfig;
        var params = new InitParams(filterConfig);
        configure(params);
        params.refuseUnknown();
    }

    /** Reads every init-param the filter knows. */
    abstract void configure(InitParams params) throws ServletException;

    /** Handles an HTTP/1.x request, whatever way it was dispatched, except by an include. */
    abstract void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException;

    /** Whether the deployment descriptor, or code, maps this filter to anything; true if that cannot be told. */
    final boolean isMapped() {
        FilterConfig known = config;
        FilterRegistration registration =
                known == null ? null : known.getServletContext().getFilterRegistration(known.getFilterName());
        return registration == null
                || !registration.getUrlPatternMappings().isEmpty()
                || !registration.getServletNameMappings().isEmpty();
    }

    /** Writes one line to the log of the web application, beginning with the filter's name. */
    final void log(String message) {
        FilterConfig known = config;
        if (known != null) {
            known.getServletContext().log(known.getFilterName() + " " + message);
        }
    }

    @Override
    public final void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request instanceof HttpServletRequest httpRequest
                && response instanceof HttpServletResponse httpResponse
                && httpRequest.getProtocol().startsWith("HTTP/1.")
                && !isByAjp(request)
                && request.getDispatcherType() != DispatcherType.INCLUDE) {
            filter(httpRequest, httpResponse, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    /** Such a request has the protocol of the client's, which ends at the server in front. */
    private static boolean isByAjp(ServletRequest request) {
        try {
            return request.getServletConnection()
                    .getProtocol()
                    .toLowerCase(Locale.ROOT)
                    .startsWith("ajp");
        } catch (UnsupportedOperationException mock) {
            // Spring's has no connection.
            return false;
        }
    }
}
