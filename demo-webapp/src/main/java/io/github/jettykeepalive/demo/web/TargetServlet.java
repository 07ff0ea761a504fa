package io.github.jettykeepalive.demo.web;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The application that the experiments talk to; the same on both servers. */
public final class TargetServlet extends HttpServlet {
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (Optional.ofNullable(request.getPathInfo()).orElse("/")) {
            case "/hello" -> text(response, "hello\n");
            case "/refuse" -> {
                response.setStatus(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
                text(response, "too large, and here is why: this application takes no uploads at all\n");
            }
            default -> {
                response.setStatus(HttpServletResponse.SC_NOT_FOUND);
                text(response, "nothing here\n");
            }
        }
    }

    private static void text(HttpServletResponse response, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        response.setContentType("text/plain; charset=utf-8");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
