package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.End;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.Rest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a request may take from its first byte to the end of its header. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class RequestHeaderTimeoutTest {
    private static final long TIMEOUT = 250;
    private static final long LATE = 15_000;

    @Parameter
    private Wire wire;

    private Rig rig() throws Exception {
        return rig(factory -> factory.setRequestHeaderTimeout(TIMEOUT), 30_000);
    }

    private Rig rig(Consumer<KeepAliveConnectionFactory> settings, long idle) throws Exception {
        return Rig.start(
                wire,
                settings,
                builder -> builder.idleTimeout(Duration.ofMillis(idle)),
                (request, response, callback) -> {
                    Content.Source.consumeAll(
                            request, Callback.from(() -> Rig.hello(request, response, callback), callback::failed));
                    return true;
                });
    }

    private static void assertTimedOut(Rig rig, RawClient client) throws IOException {
        RawResponse response = client.readResponse();
        assertThat(response.status()).isEqualTo(408);
        assertThat(response.version()).isEqualTo("HTTP/1.1");
        assertThat(response.fields("Connection")).containsExactly("close");
        assertThat(response.complete()).isTrue();
        client.expectFin();
        client.halfClose();
        rig.expectCloses(CloseReason.HEADER_TIMEOUT);
    }

    @Test
    void firstRequestIsTimed() throws Exception {
        try (var rig = rig();
                var client = rig.connect()) {
            long start = System.nanoTime();
            client.send("GET / HT");
            assertTimedOut(rig, client);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(TIMEOUT, LATE);
        }
    }

    @Test
    void laterRequestIsTimed() throws Exception {
        try (var rig = rig();
                var client = rig.connect()) {
            client.send(get()).readResponse();
            client.send(get()).readResponse();
            TimeoutsTest.pass(2 * TIMEOUT); // which is the keep-alive timeout's
            long start = System.nanoTime();
            client.send("G");
            assertTimedOut(rig, client);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(TIMEOUT, LATE);
        }
    }

    /** The first bytes came with the request before. */
    @ParameterizedTest
    @ValueSource(strings = {"G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\n"})
    void pipelinedRequestIsTimed(String begun) throws Exception {
        try (var rig = rig();
                var client = rig.connect()) {
            client.send(get() + get() + begun).readResponses(2);
            assertTimedOut(rig, client);
        }
    }

    @Test
    void bytesThatKeepComingDoNotExtendIt() throws Exception {
        var done = new AtomicBoolean();
        try (var rig = rig();
                var client = rig.connect()) {
            client.send("GET / HTTP/1.1\r\n");
            var sending = client.sendInBackground(out -> {
                while (!done.get()) {
                    out.write("X: y\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    out.flush();
                    try {
                        TimeoutsTest.pass(TIMEOUT / 20);
                    } catch (InterruptedException x) {
                        throw new IOException(x);
                    }
                }
            });
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(408);
            client.expectFin();
            // Lingering: what still comes does no harm.
            TimeoutsTest.pass(TIMEOUT);
            done.set(true);
            assertThat(sending.get().complete()).isTrue();
            assertThat(client.readToEof()).isEqualTo(new Rest("", End.FIN));
            client.halfClose();
            rig.expectCloses(CloseReason.HEADER_TIMEOUT);
            assertThat(rig.ledger().getBytesDiscarded()).isPositive();
        }
    }

    @Test
    void contentIsNotTimed() throws Exception {
        try (var rig = rig();
                var client = rig.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
            TimeoutsTest.pass(2 * TIMEOUT);
            client.send("x");
            TimeoutsTest.pass(2 * TIMEOUT);
            client.send("y");

            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    /** Over TLS this is the time after the handshake: the first byte of a request is the first decrypted one. */
    @Test
    void silenceBeforeTheFirstByteIsNotTimed() throws Exception {
        try (var rig = rig();
                var client = rig.connect()) {
            TimeoutsTest.pass(3 * TIMEOUT);

            assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void shorterIdleTimeoutIsAnsweredInTheSameWay() throws Exception {
        try (var rig = rig(factory -> factory.setRequestHeaderTimeout(60_000), 1000);
                var client = rig.connect()) {
            client.send("GET / HT");
            assertTimedOut(rig, client);
        }
    }

    @Test
    void zeroIsNoLimit() throws Exception {
        try (var rig = rig(factory -> factory.setRequestHeaderTimeout(0), 30_000);
                var client = rig.connect()) {
            client.send("GET / HT");
            TimeoutsTest.pass(2 * TIMEOUT);
            client.send("TP/1.1\r\nHost: a\r\n\r\n");

            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void http10ClientSeesItsVersionIfAsked() throws Exception {
        try (var rig = rig(
                        factory -> {
                            factory.setRequestHeaderTimeout(TIMEOUT);
                            factory.setHttp10StatusLine(true);
                        },
                        30_000);
                var client = rig.connect()) {
            client.send("GET / HTTP/1.0\r\nX-Some: thi");
            RawResponse response = client.readResponse();

            assertThat(response.status()).isEqualTo(408);
            assertThat(response.version()).isEqualTo("HTTP/1.0");
            client.expectFin();
            client.halfClose();
        }
    }
}
