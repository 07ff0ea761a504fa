package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionOptions;
import io.github.jettykeepalive.policy.KeepAliveHeaderMode;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One application's reply to every kind of request, each on a connection of its own, and a second request right behind
 * it, whose fate tells whether the connection does what the first response said.
 */
final class ResponseMatrix {
    static final String PROBE = "/probe";

    private static final List<String> VERSIONS = List.of("HTTP/1.1", "HTTP/1.0");
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "POST chunked");
    private static final List<String> CONNECTIONS = List.of(
            "",
            "Connection: keep-alive",
            "Connection: close",
            "Connection: TE, Keep-ALIVE",
            "cOnNeCtIoN: TE, CLOse",
            "Connection: keep-alive, close",
            "Connection: keep-alive\r\nConnection: close");

    private final Rig rig;
    private final Reply reply;
    private final Map<CloseReason, Long> reasons = new TreeMap<>();

    /** Everybody is told, so that a wrong word has every chance to slip in. */
    static void settings(KeepAliveConnectionFactory factory) {
        factory.setKeepAliveHeader(KeepAliveHeaderMode.ALWAYS);
    }

    private ResponseMatrix(Rig rig, Reply reply) {
        this.rig = rig;
        this.reply = reply;
    }

    /** Asserts that every response tells the truth, and that the connections are closed for the reasons there are. */
    static void verify(Rig rig, Reply reply) throws IOException {
        var matrix = new ResponseMatrix(rig, reply);
        for (Row row : rows()) {
            try (var client = rig.connect()) {
                matrix.verify(client, row);
            } catch (AssertionError x) {
                throw new AssertionError(reply + " to " + row, x);
            }
        }
        rig.expectCloses(matrix.reasons);
    }

    private static List<Row> rows() {
        var rows = new ArrayList<Row>();
        for (String version : VERSIONS) {
            for (String method : METHODS) {
                for (String connection : CONNECTIONS) {
                    rows.add(new Row(version, method, connection));
                }
            }
        }
        // Chunked coding is not for HTTP/1.0, see Http10WireTest.
        rows.removeIf(row -> row.isHttp10() && row.isChunked());
        return rows;
    }

    private void verify(RawClient client, Row row) throws IOException {
        client.send(row.request() + Ask.request("GET " + PROBE + " HTTP/1.1", Ask.CLOSE));
        RawResponse response = readFinal(client, row);
        CloseReason reason = reason(row);

        assertTruthful(response, reason == null);
        assertThat(row.isKeptAfter(response)).as("kept after " + response).isEqualTo(reason == null);
        if (reason == null) {
            assertThat(client.readResponse().body()).isEqualTo("probed");
        }
        client.expectFin();
        client.halfClose();
        reasons.merge(reason == null ? CloseReason.CLIENT : reason, 1L, Long::sum);
    }

    private static RawResponse readFinal(RawClient client, Row row) {
        RawResponse response;
        do {
            response = row.isHead() ? client.readHeadResponse() : client.readResponse();
        } while (response.status() < 200);
        assertThat(response.complete()).as(response.toString()).isTrue();
        return response;
    }

    private CloseReason reason(Row row) {
        if (row.options().close()) {
            return CloseReason.CLIENT;
        }
        if (row.isHttp10() && !row.options().keepAlive()) {
            return CloseReason.HTTP_1_0;
        }
        if (reply.reason() != null) {
            return reply.reason();
        }
        return row.isHttp10() && reply.isUnframed() ? CloseReason.UNFRAMED : null;
    }

    /** A kept connection is announced, and the field is named in Connection; a closing one says so and nothing else. */
    private static void assertTruthful(RawResponse response, boolean kept) {
        var expected = kept ? ConnectionOptions.KEEP_ALIVE : ConnectionOptions.CLOSE;
        assertThat(options(response)).as(response.toString()).isEqualTo(expected);
        assertThat(response.fields("Keep-Alive")).as(response.toString()).hasSize(kept ? 1 : 0);
    }

    private static ConnectionOptions options(RawResponse response) {
        return ConnectionOptions.parse(response.field("Connection").orElse(""));
    }

    /** One kind of request. */
    private record Row(String version, String method, String connection) {

        private boolean isHttp10() {
            return version.equals("HTTP/1.0");
        }

        private boolean isHead() {
            return method.equals("HEAD");
        }

        private boolean isChunked() {
            return method.endsWith("chunked");
        }

        private ConnectionOptions options() {
            return ConnectionOptions.parse(connection.replaceAll("(?i)connection:|\r\n", ","));
        }

        /** What a client reads out of a response. */
        private boolean isKeptAfter(RawResponse response) {
            var said = ResponseMatrix.options(response);
            return !said.close() && (!isHttp10() || said.keepAlive());
        }

        private String request() {
            String line = method.split(" ", 2)[0] + " / " + version;
            if (isChunked()) {
                return Ask.request(line, connection, "Transfer-Encoding: chunked") + "5\r\n12345\r\n0\r\n\r\n";
            }
            return method.equals("POST")
                    ? Ask.request(line, connection, "Content-Length: 5") + "12345"
                    : Ask.request(line, connection);
        }
    }
}
