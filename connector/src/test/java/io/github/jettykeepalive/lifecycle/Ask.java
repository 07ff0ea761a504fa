package io.github.jettykeepalive.lifecycle;

/** Requests as text. */
final class Ask {
    private Ask() {}

    /** A GET by HTTP/1.1 with these further fields. */
    static String get(String path, String... fields) {
        return request("GET " + path + " HTTP/1.1", fields);
    }

    /** A GET whose client wants the connection kept, and to be told for how long. */
    static String keep(String path) {
        return get(path, "Connection: keep-alive");
    }

    /** A GET whose client wants the connection closed. */
    static String close(String path) {
        return get(path, "Connection: close");
    }

    /** The header of a request, whose content may follow. */
    static String request(String line, String... fields) {
        var text = new StringBuilder(line + "\r\nHost: localhost\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        return text.append("\r\n").toString();
    }
}
