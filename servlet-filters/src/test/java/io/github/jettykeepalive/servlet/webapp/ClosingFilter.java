package io.github.jettykeepalive.servlet.webapp;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** A filter of other people that asks for the close where {@code other} says so. */
public class ClosingFilter extends HttpFilter {
    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if ("close".equals(request.getParameter("other"))) {
            response.setHeader("Connection", "close");
        }
        chain.doFilter(request, response);
    }
}
