package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How long a kept connection waits, and what does not count as waiting. {@code LastMomentTest} has the close calls. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class TimeoutsTest {
    private static final long SHORT = 100;
    private static final long LONG = 30_000;

    /** As short as an idle timeout can be that must not cut a TLS handshake on a busy machine. */
    private static final long SHORT_IDLE = 700;

    @Parameter
    private Wire wire;

    private Rig rig(long keepAlive, long idle, Request.Handler handler) throws Exception {
        Consumer<KeepAliveConnectionFactory> settings = factory -> {
            factory.setKeepAliveTimeout(keepAlive);
            factory.setAdvertiseMargin(0);
        };
        return Rig.start(wire, settings, builder -> builder.idleTimeout(Duration.ofMillis(idle)), handler);
    }

    /** Asks, and says how many milliseconds after that the FIN came. */
    private static long millisToFin(RawClient client, String request) throws IOException {
        long start = System.nanoTime();
        assertThat(client.send(request).readResponse().status()).isEqualTo(200);
        client.expectFin();
        client.halfClose();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    /** Short idle timeouts are not for a JVM that has yet to load its classes. */
    @BeforeAll
    static void warmUp() throws Exception {
        for (Wire each : Wire.values()) {
            try (var rig = Rig.start(each, Rig::hello);
                    var client = rig.connect()) {
                client.send(get()).readResponse();
            }
        }
    }

    static void pass(long millis) throws InterruptedException {
        // What is tested is that time passes and nothing happens.
        Thread.sleep(millis);
    }

    @Test
    void keepAliveTimeoutMayBeShorterThanTheConnectorsIdleTimeout() throws Exception {
        try (var rig = rig(SHORT, LONG, Rig::hello);
                var client = rig.connect()) {
            assertThat(millisToFin(client, get())).isBetween(SHORT, LONG / 2);
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    @Test
    void keepAliveTimeoutMayBeLongerThanTheConnectorsIdleTimeout() throws Exception {
        try (var rig = rig(2000, SHORT_IDLE, Rig::hello);
                var client = rig.connect()) {
            assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
            pass(3 * SHORT_IDLE / 2);
            assertThat(millisToFin(client, get())).isBetween(2000L, LONG / 2);
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    @Test
    void keepAliveTimeoutIsTheConnectorsIdleTimeoutUnlessSet() throws Exception {
        try (var rig = rig(-1, SHORT_IDLE, Rig::hello);
                var client = rig.connect()) {
            assertThat(millisToFin(client, get())).isBetween(SHORT_IDLE, LONG / 2);
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    @Test
    void keepAliveTimeoutOfZeroKeepsNothing() throws Exception {
        try (var rig = rig(0, LONG, Rig::hello);
                var client = rig.connect()) {
            RawResponse response = client.send(get(KEEP_ALIVE)).readResponse();
            client.expectFin();
            client.halfClose();

            assertThat(response.fields("Connection")).containsExactly("close");
            assertThat(response.fields("Keep-Alive")).isEmpty();
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    @Test
    void clientMayAskForLess() throws Exception {
        try (var rig = rig(LONG, LONG, Rig::hello);
                var client = rig.connect()) {
            assertThat(millisToFin(client, get("Keep-Alive: timeout=1"))).isBetween(1000L, LONG / 2);
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    @Test
    void firstByteOfARequestEndsTheWait() throws Exception {
        try (var rig = rig(800, LONG, Rig::hello);
                var client = rig.connect()) {
            client.send(get()).readResponse();
            client.send("GET ").awaitRead();
            pass(1100);
            client.send("/ HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(client.readResponse().body()).isEqualTo("hello");
        }
    }

    @Test
    void slowHandlerIsNotCut() throws Exception {
        try (var rig = rig(SHORT, LONG, (request, response, callback) -> {
                    pass(4 * SHORT);
                    return Rig.hello(request, response, callback);
                });
                var client = rig.connect()) {
            assertThat(millisToFin(client, get())).isBetween(5 * SHORT, LONG / 2);
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    @Test
    void asyncRequestIsNotCut() throws Exception {
        try (var rig = rig(SHORT, LONG, (request, response, callback) -> {
                    CompletableFuture.delayedExecutor(4 * SHORT, TimeUnit.MILLISECONDS)
                            .execute(() -> Rig.hello(request, response, callback));
                    return true;
                });
                var client = rig.connect()) {
            assertThat(millisToFin(client, get())).isBetween(5 * SHORT, LONG / 2);
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    @Test
    void slowUploadIsNotCut() throws Exception {
        try (var rig = rig(SHORT, LONG, (request, response, callback) -> {
                    Content.Source.consumeAll(
                            request, Callback.from(() -> Rig.hello(request, response, callback), callback::failed));
                    return true;
                });
                var client = rig.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
            for (int i = 0; i < 4; i++) {
                pass(2 * SHORT);
                client.send("x");
            }
            assertThat(client.readResponse().body()).isEqualTo("hello");
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    @Test
    void slowReaderOfALargeResponseIsNotCut() throws Exception {
        int size = 20_000_000;
        var sending = new CountDownLatch(1);
        try (var rig = rig(SHORT, LONG, (request, response, callback) -> {
                    sending.countDown();
                    response.getHeaders().put("Content-Length", size);
                    response.write(true, ByteBuffer.allocate(size), callback);
                    return true;
                });
                var client = rig.connect()) {
            client.send(get());
            assertThat(sending.await(10, TimeUnit.SECONDS)).isTrue();
            pass(2 * SHORT);
            client.read(100_000);
            pass(2 * SHORT);

            assertThat(client.readToEof().text()).hasSizeGreaterThan(size - 100_000);
            client.halfClose();
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    /** Content that the application demands, as the servlet API's {@code ReadListener} does. */
    @Test
    void demandForContentIsNotCut() throws Exception {
        try (var rig = rig(SHORT, LONG, TimeoutsTest::echoFirstChunk);
                var client = rig.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
            pass(4 * SHORT);
            client.send("late");

            assertThat(client.readResponse().body()).isEqualTo("late");
        }
    }

    private static boolean echoFirstChunk(Request request, Response response, Callback callback) {
        request.demand(() -> {
            Content.Chunk chunk = request.read();
            ByteBuffer copy = BufferUtil.copy(chunk.getByteBuffer());
            chunk.release();
            response.write(true, copy, callback);
        });
        return true;
    }
}
