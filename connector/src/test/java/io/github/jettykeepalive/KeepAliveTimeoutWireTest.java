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
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The wait for the next request has an end, and nothing else is cut by it. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class KeepAliveTimeoutWireTest {
    /** Long enough for a client to be back in time on a slow machine. */
    private static final long SHORT = 500;

    @Parameter
    private Wire wire;

    /** Short timeouts that are not announced. */
    private static void keepFor(KeepAliveConnectionFactory factory, long millis) {
        factory.setKeepAliveTimeout(millis);
        factory.setAdvertiseMargin(0);
    }

    /** Waits as long as the connection is kept idle; it is not ended before its time. */
    private static void expectKeptFor(RawClient client, String request, long millis) throws IOException {
        long start = System.nanoTime();
        assertThat(client.send(request).readResponse().status()).isEqualTo(200);
        client.expectFin();
        // The server's clock counts whole milliseconds.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(millis - 1));
        client.halfClose();
    }

    @Test
    void clientsOwnTimeoutIsKeptTo() throws Exception {
        try (var rig = Rig.start(wire, Rig::hello);
                var client = rig.connect()) {
            expectKeptFor(client, get("Keep-Alive: timeout=1"), 1000);
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    @Test
    void idleConnectionIsKeptForTheTimeoutThoughTheConnectorsIsShorter() throws Exception {
        try (var rig = Rig.start(
                        wire,
                        factory -> keepFor(factory, 400),
                        builder -> builder.idleTimeout(Duration.ofMillis(100)),
                        Rig::hello);
                var client = rig.connect()) {
            expectKeptFor(client, get(), 400);
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    @Test
    void timeoutOfZeroIsNoPersistence() throws Exception {
        try (var rig = Rig.start(wire, factory -> factory.setKeepAliveTimeout(0), Rig::hello);
                var client = rig.connect()) {
            RawResponse response = client.send(get(KEEP_ALIVE)).readResponse();
            client.expectFin();

            assertThat(response.fields("Connection")).containsExactly("close");
            assertThat(response.fields("Keep-Alive")).isEmpty();
        }
    }

    /** Begins something on a kept connection, and returns when a neighbour that did nothing since has been idle too long. */
    private static void outlast(Rig rig, RawClient client, String begun) throws IOException {
        assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
        client.send(begun).awaitRead();
        try (var neighbour = rig.connect()) {
            expectKeptFor(neighbour, get(), SHORT);
        }
    }

    @Test
    void slowHandlerIsNotCut() throws Exception {
        var release = new CountDownLatch(1);
        try (var rig = Rig.start(wire, factory -> keepFor(factory, SHORT), (request, response, callback) -> {
                    if (request.getMethod().equals("PUT")) {
                        release.await();
                    }
                    return Rig.hello(request, response, callback);
                });
                var client = rig.connect()) {
            outlast(rig, client, Ask.request("PUT / HTTP/1.1"));
            release.countDown();

            assertThat(client.readResponse().body()).isEqualTo("hello");
        }
    }

    @Test
    void slowReaderIsNotCut() throws Exception {
        int size = 30_000_000;
        Request.Handler handler = (request, response, callback) -> {
            if (request.getMethod().equals("PUT")) {
                response.write(true, ByteBuffer.allocate(size), callback);
                return true;
            }
            return Rig.hello(request, response, callback);
        };
        try (var rig = Rig.start(wire, factory -> keepFor(factory, SHORT), handler);
                var client = rig.connect()) {
            outlast(rig, client, Ask.request("PUT / HTTP/1.1"));

            assertThat(client.readResponse().body()).hasSize(size);
        }
    }
}
