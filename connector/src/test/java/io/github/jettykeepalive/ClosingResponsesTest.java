package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.End;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.util.List;
import org.eclipse.jetty.server.Response;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 section 9.6: whoever closes after a response says so in it, Jetty's own errors and HTTP/1.0 included. */
class ClosingResponsesTest {
    record Row(String request, int status, CloseReason reason) {
        @Override
        public String toString() {
            return status + " to " + request.lines().findFirst().orElse("") + " … " + reason;
        }
    }

    static List<Row> rows() {
        return List.of(
                new Row("GET / HTTP/1.1\r\n\r\n", 400, CloseReason.PROTOCOL_ERROR),
                new Row("GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400, CloseReason.PROTOCOL_ERROR),
                new Row("\u0001\u0002\r\n\r\n", 400, CloseReason.PROTOCOL_ERROR),
                new Row(
                        Ask.request("POST / HTTP/1.1", "Content-Length: 3", "Transfer-Encoding: chunked"),
                        400,
                        CloseReason.PROTOCOL_ERROR),
                new Row(Ask.request("POST / HTTP/1.1", "Content-Length: x"), 400, CloseReason.PROTOCOL_ERROR),
                new Row(Ask.request("POST / HTTP/1.0", "Transfer-Encoding: chunked"), 400, CloseReason.PROTOCOL_ERROR),
                new Row(Ask.request("GET / HTTP/1.1", "Expect: tea"), 417, CloseReason.PROTOCOL_ERROR),
                new Row(Ask.request("GET / HTTP/2.0"), 426, CloseReason.PROTOCOL_ERROR),
                new Row(Ask.request("GET / HTTP/1.1", "X: " + "x".repeat(9000)), 431, CloseReason.PROTOCOL_ERROR),
                new Row(Ask.request("GET / HTTP/1.2"), 505, CloseReason.PROTOCOL_ERROR),
                new Row(Ask.request("GET / HTTP/3.7"), 505, CloseReason.PROTOCOL_ERROR),
                new Row(Ask.request("GET /missing HTTP/1.1", Ask.CLOSE), 404, CloseReason.CLIENT),
                new Row(Ask.request("GET /missing HTTP/1.0"), 404, CloseReason.HTTP_1_0),
                new Row(Ask.request("GET / HTTP/1.0"), 200, CloseReason.HTTP_1_0),
                new Row(Ask.request("HEAD / HTTP/1.0"), 200, CloseReason.HTTP_1_0),
                new Row(Ask.request("POST /413 HTTP/1.1", "Content-Length: 100000"), 413, CloseReason.BODY_LEFT),
                new Row(
                        Ask.request("POST /413 HTTP/1.1", "Content-Length: 9", "Expect: 100-continue"),
                        413,
                        CloseReason.BODY_LEFT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void saysClose(Row row) throws Exception {
        try (Rig rig = start("")) {
            try (RawClient client = rig.connect()) {
                client.send(row.request);
                RawResponse response =
                        row.request.startsWith("HEAD") ? client.readHeadResponse() : client.readResponse();
                assertThat(response.status()).isEqualTo(row.status);
                assertThat(response.fields("Connection")).containsExactly("close");
                assertThat(response.field("Keep-Alive")).isEmpty();
                assertThat(client.readToEof().end()).isEqualTo(End.FIN);
            }
            rig.expectCloses(row.reason);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"413,404", "404"})
    void statusMayEndTheConnection(String statuses) throws Exception {
        try (Rig rig = start(statuses)) {
            try (RawClient client = rig.connect()) {
                client.send(Ask.get() + Ask.request("GET /missing HTTP/1.1") + Ask.get());
                assertThat(client.readResponse().field("Connection")).isEmpty();
                RawResponse last = client.readResponse();
                assertThat(last.status()).isEqualTo(404);
                assertThat(last.field("Connection")).hasValue("close");
                client.expectFin();
            }
            rig.expectCloses(CloseReason.STATUS);
        }
    }

    private static Rig start(String closeOnStatus) throws Exception {
        return Rig.start(
                Wire.PLAIN, factory -> factory.setCloseOnStatus(closeOnStatus), (request, response, callback) -> {
                    switch (request.getHttpURI().getPath()) {
                        case "/" -> Rig.hello(request, response, callback);
                        case "/413" -> Response.writeError(request, response, callback, 413);
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
    }
}
