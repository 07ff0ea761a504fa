package io.github.jettykeepalive.policy;

import java.time.Duration;

/** Refuses bad settings, always in the one shape {@code name: value (expected: …)}. */
final class Check {
    /** A deadline must fit the packed {@link ConnectionState}; a year is longer than any connection should live. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private Check() {}

    static void that(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    static void atLeast(String name, long value, long least) {
        that(value >= least, name, value, ">= " + least);
    }

    static void between(String name, long value, long least, long most) {
        that(value >= least && value <= most, name, value, least + " to " + most);
    }

    /** A duration of zero to one year; the message speaks milliseconds, as the setters do. */
    static void duration(String name, Duration value) {
        that(
                !value.isNegative() && value.compareTo(LONGEST) <= 0,
                name,
                millis(value),
                "0 to " + LONGEST.toMillis() + " ms");
    }

    /** The value, or the longest duration there may be if it is longer. */
    static Duration atMostLongest(Duration value) {
        return value.compareTo(LONGEST) < 0 ? value : LONGEST;
    }

    /** For messages: whatever is longer than a {@code long} can say is the longest. */
    static String millis(Duration value) {
        try {
            return value.toMillis() + " ms";
        } catch (ArithmeticException tooLong) {
            return Long.MAX_VALUE + " ms";
        }
    }
}
