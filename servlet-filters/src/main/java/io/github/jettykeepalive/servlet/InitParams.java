package io.github.jettykeepalive.servlet;

import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A filter's init-params, typed. Whatever is wrong with one is a {@link ServletException}, so that the deployment
 * fails, in one shape: {@code maxRequests: -3 (expected: >= 1)}.
 *
 * <p>A filter reads all the params it knows and then calls {@link #refuseUnknown()}: a misspelt name must not silently
 * leave a default in force.
 */
final class InitParams {
    private static final Pattern DIGITS = Pattern.compile("\\+?\\d+");
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~\\w-]+");

    private final FilterConfig config;
    private final Set<String> known = new TreeSet<>();

    InitParams(FilterConfig config) {
        this.config = config;
    }

    int integer(String name, int fallback, int least) throws ServletException {
        String expected = expected(name, least, Integer.MAX_VALUE);
        return value(name, fallback, expected, text -> Math.toIntExact(atLeast(Integer.parseInt(text), least)));
    }

    int integer(String name, int fallback, int least, int most) throws ServletException {
        return value(name, fallback, least + " to " + most, text -> {
            long value = atLeast(Integer.parseInt(text), least);
            if (value > most) {
                throw new IllegalArgumentException(value + " > " + most);
            }
            return (int) value;
        });
    }

    long number(String name, long fallback, long least) throws ServletException {
        String expected = expected(name, least, Long.MAX_VALUE);
        return value(name, fallback, expected, text -> atLeast(Long.parseLong(text), least));
    }

    /** What to expect; the most is said only to who has exceeded it. */
    private String expected(String name, long least, long most) {
        String text = config.getInitParameter(name);
        boolean exceeded = text != null
                && DIGITS.matcher(text.trim()).matches()
                && new BigInteger(text.trim()).compareTo(BigInteger.valueOf(most)) > 0;
        return exceeded ? least + " to " + most : ">= " + least;
    }

    boolean flag(String name, boolean fallback) throws ServletException {
        return value(name, fallback, "true or false", InitParams::flagOf);
    }

    /**
     * Reads any type.
     *
     * @param expected says in the error message what would have been right
     * @param parser gets the trimmed text; throws {@link IllegalArgumentException} if it is no good
     */
    <T extends @Nullable Object> T value(String name, T fallback, String expected, Function<String, ? extends T> parser)
            throws ServletException {
        known.add(name);
        String text = config.getInitParameter(name);
        if (text == null) {
            return fallback;
        }
        try {
            return parser.apply(text.trim());
        } catch (IllegalArgumentException e) {
            throw new ServletException(message(name, text, expected), e);
        }
    }

    /** Whether there is no param at all. */
    boolean areNone() {
        return !config.getInitParameterNames().hasMoreElements();
    }

    /** To be called last. */
    void refuseUnknown() throws ServletException {
        for (String name : Collections.list(config.getInitParameterNames())) {
            if (!known.contains(name)) {
                String expected = "one of " + String.join(", ", known);
                throw new ServletException(message(name, config.getInitParameter(name), expected));
            }
        }
    }

    static String message(String name, String value, String expected) {
        return name + ": " + value + " (expected: " + expected + ")";
    }

    /** The items of a list that is separated by commas or white space. */
    static List<String> split(String list) {
        return Arrays.stream(list.split("[,\\s]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Whether it is the name of a field, of a method or of a protocol (RFC 9110 section 5.6.2). */
    static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    private static long atLeast(long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(value + " < " + least);
        }
        return value;
    }

    private static boolean flagOf(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }
}
