package io.github.jettykeepalive.policy;

import java.util.Locale;

/**
 * The two connection options that decide about persistence, out of all {@code Connection} fields of a message
 * (RFC 9110 section 7.6.1): a list, in any case, over any number of lines.
 */
public enum ConnectionOptions {
    /** Neither {@code close} nor {@code keep-alive}. */
    NONE(false, false),
    /** {@code close}. */
    CLOSE(true, false),
    /** {@code keep-alive}. */
    KEEP_ALIVE(false, true),
    /** Both; {@code close} wins. */
    BOTH(true, true);

    private final boolean close;
    private final boolean keepAlive;

    ConnectionOptions(boolean close, boolean keepAlive) {
        this.close = close;
        this.keepAlive = keepAlive;
    }

    /** Whether {@code close} is among the options. */
    public boolean close() {
        return close;
    }

    /** Whether {@code keep-alive} is among the options. */
    public boolean keepAlive() {
        return keepAlive;
    }

    /** The options of this line and another. */
    public ConnectionOptions and(ConnectionOptions other) {
        boolean either = close || other.close;
        if (keepAlive || other.keepAlive) {
            return either ? BOTH : KEEP_ALIVE;
        }
        return either ? CLOSE : NONE;
    }

    /** The options in one field value; anything that is not exactly one of the two tokens is passed over. */
    public static ConnectionOptions parse(String value) {
        // Nearly all fields there are, without looking for commas.
        if (value.equalsIgnoreCase("keep-alive")) {
            return KEEP_ALIVE;
        }
        if (value.equalsIgnoreCase("close")) {
            return CLOSE;
        }
        ConnectionOptions options = NONE;
        int start = 0;
        while (start <= value.length()) {
            int comma = value.indexOf(',', start);
            int end = comma < 0 ? value.length() : comma;
            options = options.and(token(value.substring(start, end)));
            start = end + 1;
        }
        return options;
    }

    private static ConnectionOptions token(String part) {
        return switch (part.strip().toLowerCase(Locale.ROOT)) {
            case "close" -> CLOSE;
            case "keep-alive" -> KEEP_ALIVE;
            default -> NONE;
        };
    }
}
