package io.github.jettykeepalive.policy;

import java.util.Locale;

/**
 * A {@code Keep-Alive} field (RFC 2068 section 19.7.1.1, as httpd writes it): how long an idle connection is kept, and
 * how many further requests it may carry.
 *
 * @param timeout seconds, or {@link #ABSENT}
 * @param max further requests allowed after this one, or {@link #ABSENT}
 */
public record KeepAliveHeader(int timeout, int max) {
    /** The value of a parameter that is not there. */
    public static final int ABSENT = -1;

    /** A field without parameters, which is not sent. */
    public static final KeepAliveHeader EMPTY = new KeepAliveHeader(ABSENT, ABSENT);

    /** More digits than this is no number anybody means; the parameter is passed over. */
    private static final int MOST_DIGITS = 9;

    /** Whether there is nothing to say. */
    public boolean isEmpty() {
        return timeout == ABSENT && max == ABSENT;
    }

    /** The field value, for instance {@code timeout=5, max=99}. */
    public String format() {
        if (max == ABSENT) {
            return "timeout=" + timeout;
        }
        return timeout == ABSENT ? "max=" + max : "timeout=" + timeout + ", max=" + max;
    }

    /**
     * Reads what a peer sent, leniently: any order, any case, spaces and quotes allowed, unknown parameters passed over,
     * the first of each name wins. What cannot be understood is absent, never an error.
     */
    public static KeepAliveHeader parse(String value) {
        int timeout = ABSENT;
        int max = ABSENT;
        for (String part : value.split("[,;]", 16)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                continue;
            }
            String name = part.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            if (name.equals("timeout") && timeout == ABSENT) {
                timeout = number(part.substring(equals + 1));
            } else if (name.equals("max") && max == ABSENT) {
                max = number(part.substring(equals + 1));
            }
        }
        return timeout == ABSENT && max == ABSENT ? EMPTY : new KeepAliveHeader(timeout, max);
    }

    private static int number(String text) {
        String digits = text.replace('"', ' ').strip();
        if (digits.isEmpty() || digits.length() > MOST_DIGITS) {
            return ABSENT;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return ABSENT;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }
}
