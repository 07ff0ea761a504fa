package io.github.jettykeepalive.servlet.oracle;

import java.util.List;
import java.util.Random;

/**
 * How a client asks, and which filter of somebody else stands around ours.
 *
 * @param keepAlive whether an HTTP/1.0 client asks to keep the connection
 * @param outer what {@code OuterFilter} does: none, header, copy, footer
 */
record Shape(String method, String version, boolean keepAlive, Content content, String outer) {
    /** What follows the header of the request. */
    enum Content {
        NONE,
        FORM,
        OCTETS,
        MULTIPART,
        CHUNKED,
        /** Half of it comes with the header, the rest a moment later. */
        SPLIT,
        SPLIT_FORM,
        SPLIT_CHUNKED
    }

    private static final List<String> OUTER = List.of("none", "none", "none", "header", "copy", "footer");

    static Shape random(Random random) {
        String version = random.nextInt(3) == 0 ? "HTTP/1.0" : "HTTP/1.1";
        boolean keepAlive = version.equals("HTTP/1.0") && random.nextInt(4) > 0;
        String method = List.of("GET", "POST", "POST", "POST", "HEAD").get(random.nextInt(5));
        Content content = Content.NONE;
        if (method.equals("POST")) {
            Content[] all = Content.values();
            do {
                content = all[1 + random.nextInt(all.length - 1)];
            } while (version.equals("HTTP/1.0") && (content == Content.CHUNKED || content == Content.SPLIT_CHUNKED));
        }
        return new Shape(method, version, keepAlive, content, OUTER.get(random.nextInt(OUTER.size())));
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    /** Whether it is a client that {@code ContentLengthFilter} is for. */
    boolean isHttp10KeepAlive() {
        return version.equals("HTTP/1.0") && keepAlive;
    }

    boolean isSplit() {
        return content.name().startsWith("SPLIT");
    }

    String fields() {
        return switch (content) {
            case NONE -> "";
            case FORM, SPLIT_FORM ->
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body().length() + "\r\n";
            case OCTETS, SPLIT ->
                "Content-Type: application/octet-stream\r\nContent-Length: " + body().length() + "\r\n";
            case MULTIPART ->
                "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: " + body().length() + "\r\n";
            case CHUNKED, SPLIT_CHUNKED ->
                "Content-Type: application/octet-stream\r\n" + "Transfer-Encoding: chunked\r\n";
        };
    }

    String body() {
        return switch (content) {
            case NONE -> "";
            case FORM, SPLIT_FORM -> "name=value&other=" + "x".repeat(3000);
            case OCTETS, SPLIT -> "o".repeat(3000);
            case MULTIPART ->
                "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n" + "v".repeat(1000) + "\r\n--b--\r\n";
            case CHUNKED, SPLIT_CHUNKED -> ("3e8\r\n" + "c".repeat(1000) + "\r\n").repeat(3) + "0\r\n\r\n";
        };
    }
}
