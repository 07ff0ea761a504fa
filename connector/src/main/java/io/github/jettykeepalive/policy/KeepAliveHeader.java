package io.github.jettykeepalive.policy;

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

    /** Whatever comes behind so many commas belongs to the last part, so that a long field costs no more than a short one. */
    private static final int MOST_PARTS = 16;

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
        int start = 0;
        for (int parts = 1; parts <= MOST_PARTS && start <= value.length(); parts++) {
            int end = parts < MOST_PARTS ? endOfPart(value, start) : value.length();
            int equals = value.indexOf('=', start);
            if (equals >= 0 && equals < end) {
                if (timeout == ABSENT && isName("timeout", value, start, equals)) {
                    timeout = number(value, equals + 1, end);
                } else if (max == ABSENT && isName("max", value, start, equals)) {
                    max = number(value, equals + 1, end);
                }
            }
            start = end + 1;
        }
        return timeout == ABSENT && max == ABSENT ? EMPTY : new KeepAliveHeader(timeout, max);
    }

    private static int endOfPart(String value, int start) {
        int end = start;
        while (end < value.length() && value.charAt(end) != ',' && value.charAt(end) != ';') {
            end++;
        }
        return end;
    }

    /** Whether the name, which has only letters, is there in any case, with nothing but spaces around it. */
    private static boolean isName(String name, String value, int from, int to) {
        int start = from;
        while (start < to && Character.isWhitespace(value.charAt(start))) {
            start++;
        }
        int end = start + name.length();
        for (int i = start; i < end && i < to; i++) {
            // In ASCII this is lower case for letters, and for nothing else a letter.
            if ((value.charAt(i) | 0x20) != name.charAt(i - start)) {
                return false;
            }
        }
        while (end < to && Character.isWhitespace(value.charAt(end))) {
            end++;
        }
        return end == to;
    }

    private static int number(String value, int from, int to) {
        int start = from;
        while (start < to && isPadding(value.charAt(start))) {
            start++;
        }
        int end = to;
        while (end > start && isPadding(value.charAt(end - 1))) {
            end--;
        }
        if (start == end || end - start > MOST_DIGITS) {
            return ABSENT;
        }
        int number = 0;
        for (int i = start; i < end; i++) {
            char c = value.charAt(i);
            if (c < '0' || c > '9') {
                return ABSENT;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }

    private static boolean isPadding(char c) {
        return c == '"' || Character.isWhitespace(c);
    }
}
