package io.github.jettykeepalive.demo.wire;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A response as far as it came.
 *
 * @param statusLine empty if nothing came
 * @param fields in their order
 * @param body what came of it, without chunk sizes
 * @param whole whether the message marked its own end and that end came, or a FIN ended what only a close delimits
 * @param delimiter what marks the end: {@code length}, {@code chunked}, {@code close} or {@code none}
 * @param end how the connection ended while this was read; OPEN if it goes on
 */
public record Reply(
        String statusLine,
        List<Map.Entry<String, String>> fields,
        String body,
        boolean whole,
        String delimiter,
        End end) {
    /** Nothing came, and this is why. */
    static Reply none(End end) {
        return new Reply("", List.of(), "", false, "none", end);
    }

    Reply endedBy(UnaryOperator<End> truth) {
        End real = truth.apply(end);
        boolean stillWhole = whole && !(real == End.RESET && delimiter.equals("close"));
        return new Reply(statusLine, fields, body, stillWhole, delimiter, real);
    }

    /** The status code, 0 if nothing came. */
    public int status() {
        String[] words = statusLine.split(" ", 3);
        return words.length > 1 && words[1].matches("\\d{3}") ? Integer.parseInt(words[1]) : 0;
    }

    /** All values of a field, joined by commas; empty if it is absent. */
    public String field(String name) {
        return fields.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .collect(Collectors.joining(", "));
    }

    /** Whether {@code Connection} has this option. */
    public boolean hasOption(String option) {
        return List.of(field("Connection").toLowerCase(Locale.ROOT).split("\\s*,\\s*", -1))
                .contains(option);
    }

    /** Status line and fields, for a transcript. */
    public String head() {
        return statusLine
                + fields.stream()
                        .map(field -> "\n" + field.getKey() + ": " + field.getValue())
                        .collect(Collectors.joining());
    }
}
