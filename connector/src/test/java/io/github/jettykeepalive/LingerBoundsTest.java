package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.CLOSE;
import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.Sent;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Lingering has its bounds: in time, in silence, in bytes and in number. Who exceeds them may well get a reset. */
class LingerBoundsTest {
    private static final int UPLOAD = 20_000_000;

    /** Gets its last response, and lingers. */
    private static void take(RawClient client) throws IOException {
        assertThat(client.send(get(CLOSE)).readResponse().body()).isEqualTo("hello");
        client.expectFin();
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @ParameterizedTest
    @EnumSource
    void clientThatTricklesForEverIsLeftAfterTheTotal(Wire wire) throws Exception {
        try (var rig = Rig.start(
                        wire,
                        factory -> {
                            // As long as the total, for a machine on which the next byte may take its time.
                            factory.setLingerIdleTimeout(1000);
                            factory.setLingerTimeout(1000);
                        },
                        Rig::hello);
                var client = rig.connect()) {
            long start = System.nanoTime();
            client.send(get(CLOSE));
            Sent sent = trickle(client);

            assertThat(since(start)).isBetween(Duration.ofMillis(999), Duration.ofSeconds(20));
            assertThat(sent.bytes()).isPositive();
            rig.expectCloses(CloseReason.LINGER_EXPIRED);
            LingeringCloseTest.awaitNoSocket(rig, client);
        }
    }

    /** Sends a byte whenever the server has read the one before, until it is refused. */
    private static Sent trickle(RawClient client) {
        return client.sendInBackground(out -> {
                    while (true) {
                        out.write('x');
                        out.flush();
                        client.awaitRead();
                    }
                })
                .orTimeout(Rig.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Test
    void clientThatSendsTooMuchIsReset() throws Exception {
        long most = 1_000_000;
        try (var rig = Rig.start(Wire.PLAIN, factory -> factory.setLingerMaxBytes(most), Rig::refuse);
                var client = rig.connect()) {
            Sent sent = client.upload(UPLOAD, false, "HTTP/1.1");
            client.expectReset();

            assertThat(sent.complete()).isFalse();
            rig.expectCloses(CloseReason.LINGER_EXPIRED);
            assertThat(rig.ledger().getBytesDiscarded()).isBetween(most, 2 * most);
            assertThat(rig.ledger().getResetsAvoided()).isZero();
        }
    }

    @Test
    void clientThatSendsNotTooMuchIsNot() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, factory -> factory.setLingerMaxBytes(2 * UPLOAD), Rig::refuse);
                var client = rig.connect()) {
            Sent sent = client.upload(UPLOAD, false, "HTTP/1.1");
            RawResponse response = client.readResponse();
            client.expectFin();
            client.halfClose();

            assertThat(sent.complete()).isTrue();
            assertThat(response.complete()).isTrue();
            rig.expectCloses(CloseReason.BODY_LEFT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS_1_3"})
    void beyondTheNumberTheOldestIsReset(Wire wire) throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (var rig = Rig.start(wire, LingerBoundsTest::twoAtOnce, Rig::hello)) {
            for (int i = 1; i <= 4; i++) {
                clients.add(rig.connect());
                client(clients, i).send(get(CLOSE)).readResponse();
                int lingering = Math.min(i, 2);
                Eventually.await(
                        Rig.PATIENCE, "it lingers", () -> rig.ledger().count(Phase.LINGERING), n -> n == lingering);
            }
            for (RawClient client : clients) {
                client.expectFin();
            }
            rig.awaitWarning("maxLingering reached: 3 > 2");

            LingeringCloseTest.awaitNoSocket(rig, client(clients, 1));
            LingeringCloseTest.awaitNoSocket(rig, client(clients, 2));

            // Had the server closed in order, the kernel would take one more byte before it learns of the end.
            assertThat(client(clients, 1).sendInBackground(1).join().complete()).isFalse();
            assertThat(client(clients, 2).sendInBackground(1).join().complete()).isFalse();
            client(clients, 3).send("late").halfClose();
            client(clients, 4).send("late").halfClose();
            rig.expectCloses(
                    CloseReason.LINGER_EXPIRED, CloseReason.LINGER_EXPIRED, CloseReason.CLIENT, CloseReason.CLIENT);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    private static void twoAtOnce(KeepAliveConnectionFactory factory) {
        factory.setMaxLingering(2);
        factory.setLingerIdleTimeout(30_000);
    }

    private static RawClient client(List<RawClient> clients, int number) {
        return clients.get(number - 1);
    }

    static Stream<Named<Function<HttpConfiguration, HttpConnectionFactory>>> withoutLingering() {
        return Stream.of(Named.of("stock", HttpConnectionFactory::new), Named.of("ours", configuration -> {
            var factory = new KeepAliveConnectionFactory(configuration);
            factory.setLingeringClose(false);
            return factory;
        }));
    }

    @ParameterizedTest
    @MethodSource("withoutLingering")
    void withoutLingeringTheRestOfAnUploadIsReset(Function<HttpConfiguration, HttpConnectionFactory> factory)
            throws Exception {
        try (var server = TestServer.with(factory).start(Rig::refuse);
                var client = RawClient.connect(server.port())) {
            Sent sent = client.upload(UPLOAD, false, "HTTP/1.1");

            assertThat(sent.complete()).isFalse();
            client.expectReset();
            server.awaitNoConnections();
        }
    }

    @ParameterizedTest
    @MethodSource("withoutLingering")
    void withoutLingeringALateByteIsReset(Function<HttpConfiguration, HttpConnectionFactory> factory) throws Exception {
        try (var server = TestServer.with(factory).start(Rig::hello);
                var client = RawClient.connect(server.port())) {
            take(client);
            assertThat(server.connections()).isEqualTo(1);
            client.send("late");
            server.awaitNoConnections();
        }
    }

    @ParameterizedTest
    @MethodSource("withoutLingering")
    void withoutLingeringASilentClientHasTheConnectorsIdleTimeout(
            Function<HttpConfiguration, HttpConnectionFactory> factory) throws Exception {
        try (var server = TestServer.with(factory)
                        .idleTimeout(Duration.ofMillis(300))
                        .start(Rig::hello);
                var client = RawClient.connect(server.port())) {
            long start = System.nanoTime();
            take(client);
            server.awaitNoConnections();

            assertThat(since(start)).isGreaterThanOrEqualTo(Duration.ofMillis(299));
        }
    }
}
