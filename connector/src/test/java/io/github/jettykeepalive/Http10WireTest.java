package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static io.github.jettykeepalive.Ask.get10;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.RawResponse.Framing;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Promise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP/1.0 handshake, RFC 9112 appendix C.2.2. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class Http10WireTest {
    @Parameter
    private Wire wire;

    private static String connection(RawResponse response) {
        return response.field("Connection").orElse("");
    }

    @Test
    void connectionIsKeptForWhoeverAsks() throws Exception {
        try (var rig = Rig.start(wire, factory -> factory.setMaxRequests(3), Rig::hello);
                var client = rig.connect()) {
            client.send(get10(KEEP_ALIVE).repeat(4));
            var responses = client.readResponses(3);
            client.expectFin();
            client.halfClose();

            assertThat(responses)
                    .extracting(Http10WireTest::connection)
                    .containsExactly("keep-alive", "keep-alive", "close");
            assertThat(responses)
                    .extracting(response -> response.field("Keep-Alive").orElse(""))
                    .containsExactly("timeout=29, max=2", "timeout=29, max=1", "");
            rig.expectCloses(CloseReason.MAX_REQUESTS);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                   | HTTP_1_0
            Connection: TE                       | HTTP_1_0
            Connection: keep-alived              | HTTP_1_0
            Keep-Alive: timeout=5                | HTTP_1_0
            Proxy-Connection: keep-alive         | HTTP_1_0
            Connection: keep-alive, close        | CLIENT
            Connection: close, keep-alive        | CLIENT
            """)
    void connectionClosesForWhoeverDoesNot(String field, CloseReason reason) throws Exception {
        expectClosed(factory -> {}, reason, field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Via: 1.0 relay", "Proxy-Connection: keep-alive", "via: 1.1 a, 1.0 b"})
    void relayIsNotTrustedToUnderstandTheHandshake(String field) throws Exception {
        expectClosed(factory -> {}, CloseReason.HTTP_1_0, KEEP_ALIVE, field);
    }

    @Test
    void handshakeMayBeOff() throws Exception {
        expectClosed(factory -> factory.setHttp10KeepAlive(false), CloseReason.HTTP_1_0, KEEP_ALIVE);
    }

    private void expectClosed(Consumer<KeepAliveConnectionFactory> settings, CloseReason reason, String... fields)
            throws Exception {
        try (var rig = Rig.start(wire, settings, Rig::hello);
                var client = rig.connect()) {
            client.send(get10(fields).repeat(2));
            RawResponse response = client.readResponse();
            client.expectFin();
            client.halfClose();

            assertThat(response.body()).isEqualTo("hello");
            assertThat(connection(response)).isEqualTo("close");
            rig.expectCloses(reason);
        }
    }

    @Test
    void relayMayBeTrusted() throws Exception {
        try (var rig = Rig.start(wire, factory -> factory.setHttp10RelayGuard(false), Rig::hello);
                var client = rig.connect()) {
            client.send(get10(KEEP_ALIVE, "Via: 1.0 relay").repeat(2));

            assertThat(client.readResponses(2))
                    .extracting(Http10WireTest::connection)
                    .containsOnly("keep-alive");
        }
    }

    @Test
    void responseOfUnknownLengthEndsTheConnection() throws Exception {
        try (var rig = Rig.start(wire, CoreReply.UNKNOWN_LENGTH);
                var client = rig.connect()) {
            RawResponse response = client.send(get10(KEEP_ALIVE)).readResponse();
            client.halfClose();

            assertThat(response.framing()).isEqualTo(Framing.CLOSE);
            assertThat(response.body()).isEqualTo("hello");
            assertThat(response.complete()).isTrue();
            assertThat(connection(response)).isEqualTo("close");
            rig.expectCloses(CloseReason.UNFRAMED);
        }
    }

    /** Jetty's generator has no way to mark the end of such a response but the close. */
    @Test
    void headOfUnknownLengthEndsTheConnection() throws Exception {
        try (var rig = Rig.start(wire, CoreReply.UNKNOWN_LENGTH);
                var client = rig.connect()) {
            client.send(Ask.request("HEAD / HTTP/1.0", KEEP_ALIVE));

            assertThat(connection(client.readHeadResponse())).isEqualTo("close");
            client.expectFin();
        }
    }

    @Test
    void transferEncodingIsFaultyFraming() throws Exception {
        try (var rig = Rig.start(wire, Rig::hello);
                var client = rig.connect()) {
            client.send(
                    Ask.request("POST / HTTP/1.0", KEEP_ALIVE, "Transfer-Encoding: chunked") + "0\r\n\r\n" + get10());
            RawResponse response = client.readResponse();
            client.expectFin();
            client.halfClose();

            assertThat(response.status()).isEqualTo(400);
            assertThat(connection(response)).isEqualTo("close");
            rig.expectCloses(CloseReason.PROTOCOL_ERROR);
        }
    }

    @Test
    void expectationIsIgnored() throws Exception {
        assumeFalse(Rig.JETTY_12_0, "there an interim response to HTTP/1.0 ends persistence, sent or swallowed");
        try (var rig = Rig.start(wire, (request, response, callback) -> {
                    Content.Source.asString(
                            request,
                            StandardCharsets.US_ASCII,
                            Promise.from(text -> Content.Sink.write(response, true, text, callback), callback::failed));
                    return true;
                });
                var client = rig.connect()) {
            client.send(post10(""));
            client.awaitRead();
            client.send("12345" + get10());
            RawResponse response = client.readResponse();

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("12345");
            assertThat(connection(response)).isEqualTo("keep-alive");
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.expectFin();
        }
    }

    @Test
    void expectationAloneDoesNotEndTheConnection() throws Exception {
        assumeFalse(Rig.JETTY_12_0, "there an interim response to HTTP/1.0 ends persistence, sent or swallowed");
        try (var rig = Rig.start(wire, Rig::hello);
                var client = rig.connect()) {
            client.send(post10("12345") + get10());

            assertThat(client.readResponses(2))
                    .extracting(Http10WireTest::connection)
                    .containsExactly("keep-alive", "close");
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.HTTP_1_0);
        }
    }

    private static String post10(String body) {
        return Ask.request("POST / HTTP/1.0", KEEP_ALIVE, "Expect: 100-continue", "Content-Length: 5") + body;
    }

    @Test
    void noInterimResponseOfTheApplications() throws Exception {
        try (var rig = Rig.start(wire, CoreReply.EARLY_HINTS);
                var client = rig.connect()) {
            assertThat(client.send(get10()).readResponse().status()).isEqualTo(200);
        }
    }
}
