package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.CLOSE;
import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers to requests whose content is not there yet, and may never be. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class EarlyAnswerWireTest {
    private static final String LENGTH = "Content-Length: 5";
    private static final String CHUNKED = "Transfer-Encoding: chunked";
    private static final String EXPECT = "Expect: 100-continue";

    @Parameter
    private Wire wire;

    private static String post(String... fields) {
        return Ask.request("POST / HTTP/1.1", fields);
    }

    private void expectClosed(Request.Handler handler, int status, String request) throws Exception {
        try (var rig = Rig.start(wire, handler);
                var client = rig.connect()) {
            RawResponse response = client.send(request).readResponse();
            client.expectFin();
            client.send("12345" + get());
            client.halfClose();

            assertThat(response.status()).isEqualTo(status);
            assertThat(response.complete()).isTrue();
            assertThat(response.fields("Connection")).containsExactly("close");
            assertThat(response.fields("Keep-Alive")).isEmpty();
            rig.expectCloses(CloseReason.BODY_LEFT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {LENGTH, CHUNKED})
    void contentThatHasNotComeEndsTheConnection(String framing) throws Exception {
        expectClosed(Rig::refuse, 413, post(KEEP_ALIVE, framing));
        expectClosed(Rig::hello, 200, post(KEEP_ALIVE, framing));
    }

    @ParameterizedTest
    @ValueSource(strings = {LENGTH, CHUNKED})
    void contentThatHasComeInPartEndsTheConnection(String framing) throws Exception {
        expectClosed(Rig::refuse, 413, post(KEEP_ALIVE, framing) + (framing.equals(LENGTH) ? "12" : "5\r\n12"));
    }

    @ParameterizedTest
    @ValueSource(strings = {LENGTH, CHUNKED})
    void contentThatTheApplicationBeganToReadEndsTheConnection(String framing) throws Exception {
        Request.Handler begins = (request, response, callback) -> {
            Content.Chunk chunk = request.read();
            if (chunk != null) {
                chunk.release();
            }
            return Rig.hello(request, response, callback);
        };
        expectClosed(begins, 200, post(KEEP_ALIVE, framing));
        expectClosed(begins, 200, post(KEEP_ALIVE, framing) + (framing.equals(LENGTH) ? "12" : "5\r\n12"));
    }

    @Test
    void contentThatHasComeDoesNot() throws Exception {
        try (var rig = Rig.start(wire, Rig::refuse);
                var client = rig.connect()) {
            client.send(post(KEEP_ALIVE, LENGTH) + "12345" + post(CHUNKED) + "5\r\n12345\r\n0\r\n\r\n" + get(CLOSE));

            assertThat(client.readResponses(3)).extracting(RawResponse::status).containsOnly(413);
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.CLIENT);
        }
    }

    /** What was looked at while the response was sent is there for an application that asks to be called, too. */
    @ParameterizedTest
    @ValueSource(strings = {LENGTH, CHUNKED})
    void contentThatHasComeIsToldOfAfterTheLastWrite(String framing) throws Exception {
        Request.Handler answersFirst = (request, response, callback) -> {
            response.write(true, BufferUtil.toBuffer("bird"), Callback.from(() -> demandAll(request, callback)));
            return true;
        };
        try (var rig = Rig.start(wire, answersFirst);
                var client = rig.connect()) {
            String content = framing.equals(LENGTH) ? "12345" : "2\r\n12\r\n3\r\n345\r\n0\r\n\r\n";
            client.send(post(framing) + content + post(framing) + content + get(CLOSE));

            assertThat(client.readResponses(3)).extracting(RawResponse::body).containsOnly("bird");
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.CLIENT);
        }
    }

    /** One chunk for each call. */
    private static void demandAll(Request request, Callback callback) {
        request.demand(() -> {
            Content.Chunk chunk = request.read();
            if (chunk != null) {
                chunk.release();
            }
            if (Content.Chunk.isFailure(chunk)) {
                callback.failed(chunk.getFailure());
            } else if (chunk != null && chunk.isLast()) {
                callback.succeeded();
            } else {
                demandAll(request, callback);
            }
        });
    }

    /** The application still waits for content when Jetty's idle timer has the request answered. */
    @Test
    void answerToContentThatStallsIsReadThoughTheRestComesLater() throws Exception {
        assumeFalse(
                Rig.JETTY_12_0,
                "Jetty 12.0 tells a request of the timeout that is over already, and logs its own error");
        Request.Handler reading = (request, response, callback) -> {
            Content.Source.consumeAll(request, callback);
            return true;
        };
        try (var rig = Rig.start(wire, factory -> {}, builder -> builder.idleTimeout(Duration.ofMillis(200)), reading);
                var client = rig.connect()) {
            client.send(post(LENGTH) + "12");
            RawResponse response = client.readResponse();
            client.expectFin();
            client.send("345" + get()).halfClose();

            assertThat(response.status()).isEqualTo(500);
            assertThat(response.fields("Connection")).containsExactly("close");
            Eventually.await(
                    Rig.PATIENCE, "the rest is discarded", rig.ledger()::getBytesDiscarded, bytes -> bytes > 3);
            rig.awaitCloses(1);
            assertThat(rig.ledger().getResetsAvoided()).isEqualTo(1);
        }
    }

    @Test
    void answerBeforeTheContentIsReadThoughItComesLater() throws Exception {
        var answered = new CompletableFuture<Void>();
        try (var rig = Rig.start(wire, (request, response, callback) -> {
                    Content.Sink.write(response, false, "early ", Callback.from(() -> answered.complete(null)));
                    answered.thenRun(() -> Content.Source.consumeAll(
                            request,
                            Callback.from(
                                    () -> Content.Sink.write(response, true, "bird", callback), callback::failed)));
                    return true;
                });
                var client = rig.connect()) {
            client.send(post(KEEP_ALIVE, LENGTH));
            answered.join();
            client.send("12345" + get(CLOSE));

            assertThat(client.readResponses(2)).extracting(RawResponse::body).containsOnly("early bird");
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.CLIENT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {LENGTH, CHUNKED})
    void owedContinueEndsTheConnection(String framing) throws Exception {
        expectClosed(Rig::refuse, 413, post(KEEP_ALIVE, EXPECT, framing));
        expectClosed(Rig::hello, 200, post(KEEP_ALIVE, EXPECT, framing));
        expectClosed(Rig::hello, 200, post(KEEP_ALIVE, EXPECT, framing) + "5\r\n123");
    }

    @Test
    void grantedContinueDoesNot() throws Exception {
        try (var rig = Rig.start(wire, CoreReply.READ_ALL);
                var client = rig.connect()) {
            assertThat(client.send(post(KEEP_ALIVE, EXPECT, LENGTH))
                            .readResponse()
                            .status())
                    .isEqualTo(100);
            RawResponse response = client.send("12345").readResponse();

            assertThat(response.body()).isEqualTo("hello");
            assertThat(response.field("Keep-Alive")).contains("timeout=29, max=999");
            assertThat(client.send(get(CLOSE)).readResponse().status()).isEqualTo(200);
            client.expectFin();
        }
    }

    @Test
    void clientThatDoesNotWaitForTheContinueIsKept() throws Exception {
        try (var rig = Rig.start(wire, CoreReply.READ_ALL);
                var client = rig.connect()) {
            client.send(post(KEEP_ALIVE, EXPECT, LENGTH) + "12345" + get(CLOSE));

            assertThat(client.readResponses(2)).extracting(RawResponse::body).containsOnly("hello");
            client.expectFin();
        }
    }

    @Test
    void unknownExpectationFails() throws Exception {
        try (var rig = Rig.start(wire, Rig::hello);
                var client = rig.connect()) {
            client.send(get("Expect: the-unexpected"));

            assertThat(client.readResponse().status()).isEqualTo(417);
        }
    }
}
