package io.github.jettykeepalive.demo.web;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The application that the experiments talk to; the same on both servers, and bounded in all that it can be asked for. */
public final class TargetServlet extends HttpServlet {
    private static final int LARGEST = 8_000_000;
    private static final int SLOWEST = 10_000;
    private static final int MOST_PIECES = 1000;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            limits(request, response);
            switch (Optional.ofNullable(request.getPathInfo()).orElse("/")) {
                case "/hello" -> hello(request, response);
                case "/refuse" -> refuse(response);
                case "/count" -> count(request, response);
                case "/break" -> breakOff(request, response);
                case "/fields" -> fields(request, response);
                default -> Replies.error(response, HttpServletResponse.SC_NOT_FOUND, "no such target");
            }
        } catch (IllegalArgumentException e) {
            Replies.error(response, HttpServletResponse.SC_BAD_REQUEST, e.getMessage());
        }
    }

    /** Tightens the policy for this connection, by the connector's own request attributes; a stock Jetty ignores them. */
    private static void limits(HttpServletRequest request, HttpServletResponse response) {
        int maxRequests = number(request, "maxRequests", 0, 1_000_000);
        if (maxRequests > 0) {
            request.setAttribute("io.github.jettykeepalive.maxRequests", maxRequests);
        }
        int timeout = number(request, "keepAliveTimeout", 0, 600_000);
        if (timeout > 0) {
            request.setAttribute("io.github.jettykeepalive.keepAliveTimeout", (long) timeout);
        }
        if (request.getParameter("close") != null) {
            response.setHeader("Connection", "close");
        }
    }

    /** So many bytes after so many milliseconds. */
    private static void hello(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int size = number(request, "size", 6, LARGEST);
        pause(number(request, "delay", 0, SLOWEST));
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) '.');
        byte[] greeting = "hello\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(greeting, 0, bytes, 0, Math.min(greeting.length, size));
        send(response, HttpServletResponse.SC_OK, bytes);
    }

    /** An answer before anything of the body was read. */
    private static void refuse(HttpServletResponse response) throws IOException {
        send(
                response,
                HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                "too large: this application takes no uploads at all\n".getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads the body, then counts as done. */
    private static void count(HttpServletRequest request, HttpServletResponse response) throws IOException {
        long length;
        try (InputStream in = request.getInputStream()) {
            length = in.transferTo(OutputStream.nullOutputStream());
        }
        Executions.add(String.valueOf(request.getParameter("key")));
        send(response, HttpServletResponse.SC_OK, (length + " bytes\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Fails half way through its response. */
    private static void breakOff(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int pieces = number(request, "pieces", 10, MOST_PIECES);
        byte[] piece = "a piece of a response that will not be whole\n".getBytes(StandardCharsets.US_ASCII);
        if (request.getParameter("length") != null) {
            response.setContentLength(pieces * piece.length);
        }
        response.setContentType("text/plain");
        OutputStream out = response.getOutputStream();
        for (int i = 0; i < pieces / 2; i++) {
            out.write(piece);
            out.flush();
        }
        throw new BrokenOffException();
    }

    /** Lists what the application sees of the request, and answers with fields that are none of its business. */
    private static void fields(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getParameter("meddle") != null) {
            response.setHeader("Connection", "keep-alive");
            response.setHeader("Keep-Alive", "timeout=9999");
            response.setHeader("Proxy-Connection", "keep-alive");
        }
        String seen = Collections.list(request.getHeaderNames()).stream()
                .map(name -> name + ": " + request.getHeader(name) + "\n")
                .collect(Collectors.joining());
        send(response, HttpServletResponse.SC_OK, seen.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpServletResponse response, int status, byte[] bytes) throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain; charset=utf-8");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    private static int number(HttpServletRequest request, String name, int fallback, int most) {
        @Nullable String value = request.getParameter(name);
        if (value == null) {
            return fallback;
        }
        if (!value.matches("\\d{1,9}") || Integer.parseInt(value) > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to " + most + ")");
        }
        return Integer.parseInt(value);
    }

    private static void pause(int millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** What an application throws when its database is gone; without a stack trace, as it is thrown to be seen on the wire. */
    private static final class BrokenOffException extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenOffException() {
            super("broken off on purpose");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
