package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Paths within the application, written as in a {@code <url-pattern>}: {@code /exact}, {@code /prefix/*} (which
 * includes {@code /prefix} itself), {@code *.extension}, {@code /*}, {@code /} for every path, and the empty pattern for
 * the root of the application alone. In a list of several the empty pattern is written {@code ""}.
 *
 * <p>They are compared with what the container made of the URI: decoded, without path parameters, within the context.
 */
final class PathPatterns {
    static final String EXPECTED = "paths such as /exact, /prefix/* or *.extension";
    static final PathPatterns ANY = new PathPatterns(path -> true);

    /** The empty pattern. */
    private static final String ROOT = "\"\"";

    private final Predicate<String> matches;

    private PathPatterns(Predicate<String> matches) {
        this.matches = matches;
    }

    /** Reads a list; throws {@link IllegalArgumentException} if a pattern is of no known form, or there is none. */
    static PathPatterns parse(String list) {
        List<String> patterns = list.isEmpty() ? List.of(ROOT) : InitParams.split(list);
        return new PathPatterns(patterns.stream()
                .map(PathPatterns::pattern)
                .reduce(Predicate::or)
                .orElseThrow(IllegalArgumentException::new));
    }

    boolean contain(HttpServletRequest request) {
        // A rule for every path asks for none: a request that it does not concern shall not pay for a string.
        return this == ANY || contain(request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), ""));
    }

    boolean contain(String path) {
        return matches.test(path);
    }

    private static Predicate<String> pattern(String pattern) {
        if (pattern.equals(ROOT)) {
            return path -> path.isEmpty() || path.equals("/");
        }
        if (pattern.equals("/")) {
            return path -> true;
        }
        if (pattern.startsWith("*.")) {
            String extension = literal(pattern.substring(1));
            if (extension.length() == 1) {
                throw new IllegalArgumentException(pattern);
            }
            return path -> path.endsWith(extension);
        }
        if (!pattern.startsWith("/")) {
            throw new IllegalArgumentException(pattern);
        }
        if (!pattern.endsWith("/*")) {
            return Predicate.isEqual(literal(pattern));
        }
        String prefix = literal(pattern.substring(0, pattern.length() - 2));
        return path ->
                path.startsWith(prefix) && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    }

    private static String literal(String text) {
        if (text.indexOf('*') >= 0) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }
}
