package io.github.jettykeepalive;

import java.util.List;

/** Requests as text. */
final class Ask {
    static final String KEEP_ALIVE = "Connection: keep-alive";
    static final String CLOSE = "Connection: close";

    private Ask() {}

    /** A GET of {@code /} by HTTP/1.1 with these fields. */
    static String get(String... fields) {
        return request("GET / HTTP/1.1", fields);
    }

    /** A GET of {@code /} by HTTP/1.0 with these fields. */
    static String get10(String... fields) {
        return request("GET / HTTP/1.0", fields);
    }

    /** The header of a request, whose content may follow. */
    static String request(String line, String... fields) {
        return line + "\r\nHost: localhost\r\n" + lines(List.of(fields)) + "\r\n";
    }

    private static String lines(List<String> fields) {
        var text = new StringBuilder();
        fields.stream().filter(field -> !field.isEmpty()).forEach(field -> text.append(field + "\r\n"));
        return text.toString();
    }
}
