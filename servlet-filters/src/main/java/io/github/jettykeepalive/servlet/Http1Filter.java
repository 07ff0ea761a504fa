package io.github.jettykeepalive.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * What the filters about connections have in common: typed init-params, and nothing to do where there is no HTTP/1.x
 * connection of one's own. A later version of HTTP manages its connections without these fields and forbids them (RFC
 * 9113 section 8.2.2), and an included resource has no say in the response's header.
 *
 * <p>A subclass keeps what it read from the init-params in fields that {@link #configure} alone writes. The container
 * publishes the filter after {@link #init}, so request threads read them without further ado.
 */
abstract class Http1Filter implements Filter {
    @Override
    public final void init(FilterConfig config) throws ServletException {
        var params = new InitParams(config);
        configure(params);
        params.refuseUnknown();
    }

    /** Reads every init-param the filter knows. */
    abstract void configure(InitParams params) throws ServletException;

    /** Handles an HTTP/1.x request, whatever way it was dispatched, except by an include. */
    abstract void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException;

    @Override
    public final void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request instanceof HttpServletRequest httpRequest
                && response instanceof HttpServletResponse httpResponse
                && httpRequest.getProtocol().startsWith("HTTP/1.")
                && request.getDispatcherType() != DispatcherType.INCLUDE) {
            filter(httpRequest, httpResponse, chain);
        } else {
            chain.doFilter(request, response);
        }
    }
}
