package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression for the {@code User-Agent}, found anywhere in it, as httpd's {@code BrowserMatch} does it.
 *
 * <p>The value comes from a stranger and {@link Pattern} backtracks, so two bounds keep a hostile value from buying CPU
 * time with a pattern that was written without thinking of one: only the first {@value #MAX_LENGTH} characters are
 * looked at (real values are shorter), and after {@value #MAX_READS} looks at a character the search ends as if it had
 * matched. That costs the stranger only his persistent connection.
 *
 * <p>A request that came through a proxy ({@code Via}) never matches: the connection is the proxy's, and its user agent
 * says nothing about it. httpd makes the same exception for {@code nokeepalive}.
 */
final class UserAgentPattern {
    static final String EXPECTED = "a regular expression";
    static final int MAX_LENGTH = 512;

    /** Four times what the simplest quadratic search, {@code x.*y} from every start, needs for that length. */
    static final int MAX_READS = 1 << 19;

    /** No condition: any request at all, with a {@code Via} or without a {@code User-Agent}. */
    static final UserAgentPattern ANY = new UserAgentPattern(null);

    private final @Nullable Pattern pattern;

    private UserAgentPattern(@Nullable Pattern pattern) {
        this.pattern = pattern;
    }

    /** Compiles it, once; throws {@link IllegalArgumentException} if it is none. */
    static UserAgentPattern parse(String regex) {
        return new UserAgentPattern(Pattern.compile(regex));
    }

    boolean matches(HttpServletRequest request) {
        if (pattern == null) {
            return true;
        }
        String userAgent = request.getHeader("User-Agent");
        return userAgent != null && request.getHeader("Via") == null && isFoundIn(pattern, userAgent);
    }

    private static boolean isFoundIn(Pattern pattern, String userAgent) {
        String bounded = userAgent.substring(0, Math.min(userAgent.length(), MAX_LENGTH));
        try {
            return pattern.matcher(new Metered(bounded)).find();
        } catch (BudgetSpent | StackOverflowError tooMuch) {
            return true;
        }
    }

    /** Text that counts how often it is looked at: whatever a matcher does, this is what it does all the time. */
    private static final class Metered implements CharSequence {
        private final CharSequence text;
        private int reads;

        Metered(CharSequence text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++reads > MAX_READS) {
                throw new BudgetSpent();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static final class BudgetSpent extends RuntimeException {
        BudgetSpent() {
            super(null, null, false, false);
        }
    }
}
