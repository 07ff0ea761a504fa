package io.github.jettykeepalive.servlet;

import io.github.jettykeepalive.testing.RawResponse;
import java.util.Locale;
import java.util.Set;

/** What a filter must leave of a response as it is. */
final class Essence {
    /** Framing and persistence are what these filters are about, and the date is another one. */
    private static final Set<String> IGNORED =
            Set.of("date", "connection", "content-length", "transfer-encoding", "keep-alive");

    private Essence() {}

    static String of(RawResponse response) {
        var fields = response.fields().stream()
                .filter(field -> !IGNORED.contains(field.getKey().toLowerCase(Locale.ROOT)))
                .map(Object::toString)
                .sorted()
                .toList();
        // An error page tells the path.
        String body = response.status() < 400
                ? response.body()
                : "error " + response.body().contains("gone");
        return response.status() + " " + fields + " " + response.complete() + " " + body;
    }
}
