package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression for the {@code User-Agent}, found anywhere in it, as httpd's {@code BrowserMatch} does it.
 *
 * <p>The value comes from a stranger, so {@link MeteredPattern} ends a search that takes too long as if it had matched. That
 * costs the stranger only his persistent connection.
 *
 * <p>A request that came through a proxy ({@code Via}) never matches: the connection is the proxy's, and its user agent
 * says nothing about it. httpd makes the same exception for {@code nokeepalive}.
 */
final class UserAgentPattern {
    static final String EXPECTED = "a regular expression, not an empty one";

    /** No condition: any request at all, with a {@code Via} or without a {@code User-Agent}. */
    static final UserAgentPattern ANY = new UserAgentPattern(null);

    private final @Nullable MeteredPattern pattern;

    private UserAgentPattern(@Nullable MeteredPattern pattern) {
        this.pattern = pattern;
    }

    /** Compiles it, once; throws {@link IllegalArgumentException} if it is none, or empty, which any text would match. */
    static UserAgentPattern parse(String regex) {
        if (regex.isEmpty()) {
            throw new IllegalArgumentException("empty");
        }
        return new UserAgentPattern(new MeteredPattern(regex));
    }

    boolean matches(HttpServletRequest request) {
        if (pattern == null) {
            return true;
        }
        String userAgent = request.getHeader("User-Agent");
        return userAgent != null && request.getHeader("Via") == null && pattern.isFoundIn(userAgent);
    }
}
