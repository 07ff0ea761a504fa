package io.github.jettykeepalive.demo.wire;

import io.github.jettykeepalive.demo.lab.Target;
import java.util.List;

/** Request heads as text, so that a transcript shows exactly what was sent. */
public final class Requests {
    private Requests() {}

    /** A GET by HTTP/1.1. */
    public static String get(Target target, String path, String... fields) {
        return head("GET", target, path, "1.1", List.of(fields));
    }

    /** A GET by HTTP/1.0. */
    public static String get10(Target target, String path, String... fields) {
        return head("GET", target, path, "1.0", List.of(fields));
    }

    /** Any request head. */
    public static String head(String method, Target target, String path, String version, List<String> fields) {
        StringBuilder head = new StringBuilder()
                .append(method)
                .append(' ')
                .append(target.path(path))
                .append(" HTTP/")
                .append(version)
                .append("\r\nHost: ")
                .append(target.host())
                .append("\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString();
    }
}
