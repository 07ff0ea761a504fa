package io.github.jettykeepalive.demo.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The two kinds of answers for scripts. */
final class Replies {
    private Replies() {}

    static void json(HttpServletResponse response, int status, Object value) throws IOException {
        byte[] bytes = (Json.write(value) + "\n").getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/json");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    /** Always JSON, so that nothing in the message can be taken for markup. */
    static void error(HttpServletResponse response, int status, @Nullable String message) throws IOException {
        json(response, status, Map.of("error", String.valueOf(message)));
    }
}
