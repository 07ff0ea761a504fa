package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/**
 * When to tighten, and what: all conditions that are given must hold.
 *
 * @param paths of the request
 * @param methods of the request, case-sensitive as methods are (RFC 9110 section 9.1); empty for all
 * @param userAgent of the request
 * @param statuses of the response; empty for all, which is known as soon as the request is
 * @param tightening what happens
 */
record KeepAliveRule(
        PathPatterns paths,
        Set<String> methods,
        UserAgentPattern userAgent,
        StatusCodes statuses,
        Tightening tightening) {

    static final KeepAliveRule NONE =
            new KeepAliveRule(PathPatterns.ANY, Set.of(), UserAgentPattern.ANY, StatusCodes.NONE, Tightening.NONE);

    static KeepAliveRule from(InitParams params) throws ServletException {
        return new KeepAliveRule(
                params.value("paths", PathPatterns.ANY, PathPatterns.EXPECTED, PathPatterns::parse),
                params.value("methods", Set.of(), "methods such as PUT, POST", KeepAliveRule::methods),
                params.value("userAgent", UserAgentPattern.ANY, UserAgentPattern.EXPECTED, UserAgentPattern::parse),
                params.value("statuses", StatusCodes.NONE, StatusCodes.EXPECTED, StatusCodes::parse),
                Tightening.from(params));
    }

    /** Methods are tokens (RFC 9110 section 5.6.2). */
    private static Set<String> methods(String list) {
        Set<String> methods = Set.copyOf(InitParams.split(list));
        if (methods.isEmpty() || !methods.stream().allMatch(InitParams::isToken)) {
            throw new IllegalArgumentException(list);
        }
        return methods;
    }

    /** Whether the rule applies, as far as the request tells. */
    boolean concerns(HttpServletRequest request) {
        return (methods.isEmpty() || methods.contains(request.getMethod()))
                && paths.contain(request)
                && userAgent.matches(request);
    }
}
