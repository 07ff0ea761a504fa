package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code http10StatusLine}: an HTTP/1.0 client sees its own version, on whatever kind of response. */
class StatusLineTest {
    record Row(Wire wire, String name, String request, int status) {
        @Override
        public String toString() {
            return wire + " " + name;
        }
    }

    static List<Row> rows() {
        var rows = new ArrayList<Row>();
        for (Wire wire : Wire.values()) {
            rows.add(new Row(wire, "of the application", Ask.request("GET /ok HTTP/1.0"), 200));
            rows.add(new Row(wire, "kept alive", Ask.request("GET /ok HTTP/1.0", Ask.KEEP_ALIVE), 200));
            rows.add(new Row(wire, "in pieces", Ask.request("GET /pieces HTTP/1.0"), 200));
            rows.add(new Row(wire, "static content", Ask.request("GET /static HTTP/1.0"), 200));
            rows.add(new Row(wire, "overflowing header", Ask.request("GET /large HTTP/1.0"), 200));
            rows.add(new Row(wire, "error page", Ask.request("GET /error HTTP/1.0"), 503));
            rows.add(new Row(wire, "exception", Ask.request("GET /throw HTTP/1.0"), 500));
            rows.add(new Row(wire, "not found", Ask.request("GET /nowhere HTTP/1.0"), 404));
            rows.add(new Row(wire, "bad field", "GET / HTTP/1.0\r\nno colon here\r\n\r\n", 400));
            rows.add(new Row(wire, "header too large", Ask.request("GET / HTTP/1.0", "X: " + "x".repeat(9000)), 431));
            rows.add(new Row(
                    wire,
                    "transfer encoding",
                    Ask.request("POST / HTTP/1.0", "Transfer-Encoding: chunked") + "0\r\n\r\n",
                    400));
        }
        return rows;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void saysHttp10(Row row) throws Exception {
        try (Rig rig = start(row.wire, true);
                RawClient client = rig.connect()) {
            client.send(row.request);
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(row.status);
            assertThat(response.version()).isEqualTo("HTTP/1.0");
            assertThat(response.complete()).isTrue();
            client.halfClose();
            client.expectFin();
        }
    }

    /** Answered by Jetty before there is a request: the one place where neither field nor version comes from the stream. */
    @Test
    void malformedRequestIsAnsweredInItsVersionAndToldOfTheEnd() throws Exception {
        try (Rig rig = start(Wire.PLAIN, true);
                RawClient client = rig.connect()) {
            client.send("GET /ok HTTP/1.0\r\nBad field\r\n\r\n");
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.version()).isEqualTo("HTTP/1.0");
            assertThat(response.field("Connection")).hasValue("close");
            client.expectFin();
        }
    }

    @Test
    void slowHeaderIsAnsweredInItsVersion() throws Exception {
        try (Rig rig = Rig.start(
                        Wire.PLAIN,
                        factory -> {
                            factory.setHttp10StatusLine(true);
                            factory.setRequestHeaderTimeout(200);
                        },
                        Rig::hello);
                RawClient client = rig.connect()) {
            client.send("GET / HTTP/1.0\r\nX: ");
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(408);
            assertThat(response.version()).isEqualTo("HTTP/1.0");
            client.expectFin();
        }
    }

    @Test
    void http11ClientSeesHttp11() throws Exception {
        try (Rig rig = start(Wire.PLAIN, true);
                RawClient client = rig.connect()) {
            client.send(Ask.request("GET /ok HTTP/1.1") + Ask.request("GET /error HTTP/1.1", Ask.CLOSE));
            assertThat(client.readResponse().version()).isEqualTo("HTTP/1.1");
            assertThat(client.readResponse().version()).isEqualTo("HTTP/1.1");
            client.expectFin();
        }
    }

    @Test
    void offByDefault() throws Exception {
        try (Rig rig = start(Wire.PLAIN, false);
                RawClient client = rig.connect()) {
            client.send(Ask.get10());
            assertThat(client.readResponse().version()).isEqualTo("HTTP/1.1");
            client.expectFin();
        }
    }

    @TempDir
    private static Path folder;

    @BeforeAll
    static void writeStaticContent() throws IOException {
        Files.writeString(folder.resolve("static"), "as it is");
    }

    private static Rig start(Wire wire, boolean on) throws Exception {
        var content = new ResourceHandler();
        content.setBaseResource(ResourceFactory.root().newResource(folder));
        content.setHandler(new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                return StatusLineTest.handle(request, response, callback);
            }
        });
        // Jetty keeps small files in buffers of its pool, which is no leak.
        return Rig.start(
                wire, factory -> factory.setHttp10StatusLine(on), TestServer.Builder::withoutLeakTracking, content);
    }

    private static boolean handle(Request request, Response response, Callback callback) {
        switch (Request.getPathInContext(request)) {
            case "/ok" -> Content.Sink.write(response, true, "hello", callback);
            case "/pieces" ->
                response.write(
                        false,
                        ByteBuffer.wrap(new byte[10]),
                        Callback.from(() -> response.write(true, ByteBuffer.wrap(new byte[10]), callback)));
            case "/large" -> {
                response.getHeaders().put("X-Large", "x".repeat(6000));
                Content.Sink.write(response, true, "large", callback);
            }
            case "/error" -> Response.writeError(request, response, callback, 503);
            case "/throw" -> throw new ExpectedException();
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Not logged as a warning: Jetty takes a quiet exception for expected. */
    private static final class ExpectedException extends RuntimeException
            implements org.eclipse.jetty.io.QuietException {
        private static final long serialVersionUID = 1L;
    }
}
