package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.LogCapture;
import io.github.jettykeepalive.testing.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** More connections than there should be: the oldest idle ones make room. */
class PressureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<RawClient> clients = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private int busy;

    @AfterEach
    void leave() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }

    private static Consumer<KeepAliveConnectionFactory> atMost(int connections, long keepAlive) {
        return factory -> {
            factory.setMaxConnections(connections);
            factory.setKeepAliveTimeout(keepAlive);
        };
    }

    private boolean helloOrWait(Request request, Response response, Callback callback) throws Exception {
        if (Request.getPathInContext(request).equals("/wait")) {
            release.await();
        }
        return Rig.hello(request, response, callback);
    }

    private RawClient connect(Rig rig) throws IOException {
        RawClient client = rig.connect();
        clients.add(client);
        return client;
    }

    private RawClient connectIdle(Rig rig) throws IOException, InterruptedException {
        RawClient client = ask(connect(rig));
        awaitBusy(rig);
        TimeoutsTest.pass(5); // Ages are told by the millisecond.
        return client;
    }

    private static RawClient ask(RawClient client) throws IOException {
        assertThat(client.send(get()).readResponse().body()).isEqualTo("hello");
        return client;
    }

    private RawClient connectBusy(Rig rig) throws IOException {
        RawClient client = connect(rig).send(Ask.request("GET /wait HTTP/1.1"));
        busy++;
        awaitBusy(rig);
        return client;
    }

    /** A response is read before its connection goes idle. */
    private void awaitBusy(Rig rig) {
        Eventually.await(PATIENCE, busy + " are busy", () -> rig.ledger().count(Phase.HANDLING), now -> now == busy);
    }

    private static void awaitShed(Rig rig, int count) {
        Eventually.await(
                PATIENCE, count + " were shed", () -> rig.ledger().getCloses(CloseReason.SHED), now -> now == count);
    }

    private static void assertShed(RawClient client) throws IOException {
        client.expectFin();
        client.halfClose();
    }

    @ParameterizedTest
    @CsvSource({"PLAIN, -1", "PLAIN, 20000", "TLS_1_3, -1"})
    void oldestIdleOneGoesFirst(Wire wire, long keepAlive) throws Exception {
        try (var rig = Rig.start(wire, atMost(3, keepAlive), Rig::hello);
                var log = LogCapture.of("io.github.jettykeepalive.enforce")) {
            RawClient first = connectIdle(rig);
            RawClient second = connectIdle(rig);
            RawClient third = connectIdle(rig);
            assertThat(rig.closes()).isEmpty();

            RawClient fourth = connectIdle(rig);
            assertShed(first);
            ask(second);
            awaitBusy(rig);
            TimeoutsTest.pass(5);
            RawClient fifth = connectIdle(rig);
            assertShed(third);
            for (RawClient kept : List.of(second, fourth, fifth)) {
                ask(kept);
            }

            awaitShed(rig, 2);
            assertThat(rig.closes()).isEqualTo(Map.of(CloseReason.SHED, 2L));
            assertThat(log.events())
                    .extracting(LogCapture.Event::text)
                    .containsExactly("maxConnections reached: 4 > 3");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS_1_3"})
    void busyOnesAreNeverShed(Wire wire) throws Exception {
        try (var rig = Rig.start(wire, atMost(3, -1), this::helloOrWait);
                var log = LogCapture.of("io.github.jettykeepalive.enforce")) {
            RawClient reading = connect(rig).send("GET / HT");
            Eventually.await(
                    PATIENCE, "a header is being read", () -> rig.ledger().count(Phase.READING) == 1);
            RawClient one = connectBusy(rig);
            RawClient idle = connectIdle(rig);
            RawClient another = connectBusy(rig);
            assertShed(idle);
            release.countDown();

            assertThat(one.readResponse().status()).isEqualTo(200);
            assertThat(another.readResponse().status()).isEqualTo(200);
            reading.send("TP/1.1\r\nHost: a\r\n\r\n");
            assertThat(reading.readResponse().status()).isEqualTo(200);
            awaitShed(rig, 1);
            assertThat(log.events()).hasSize(1);
        }
    }

    /** A promise that outlives the connector's idle timeout, whose timer goes off meanwhile. */
    @Test
    void oldestIsOldestHoweverOftenJettysIdleTimerGoesOff() throws Exception {
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        atMost(2, 60_000),
                        builder -> builder.idleTimeout(Duration.ofMillis(600)),
                        Rig::hello);
                var log = LogCapture.of("io.github.jettykeepalive.enforce")) {
            RawClient first = connectIdle(rig);
            TimeoutsTest.pass(400);
            RawClient second = connectIdle(rig);
            TimeoutsTest.pass(400);
            connectIdle(rig);

            assertShed(first);
            ask(second);
            assertThat(log.events()).hasSize(1);
        }
    }

    @Test
    void limitMayBeLoweredWhileRunning() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, atMost(0, -1), Rig::hello);
                var log = LogCapture.of("io.github.jettykeepalive.enforce")) {
            for (int i = 0; i < 10; i++) {
                connectIdle(rig);
            }
            assertThat(rig.closes()).isEmpty();
            rig.factory().setMaxConnections(4);
            RawClient last = connectIdle(rig);

            for (RawClient shed : clients.subList(0, 7)) {
                assertShed(shed);
            }
            ask(last);
            awaitShed(rig, 7);
            assertThat(log.events()).hasSize(1);
        }
    }

    /** We make room among the idle; Jetty's hard stop counts them all, and stops accepting. */
    @Test
    void jettysNetworkConnectionLimitIsTheHardStopBehind() throws Exception {
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        atMost(3, -1),
                        builder -> builder.configure(server -> server.addBean(new NetworkConnectionLimit(6, server))),
                        this::helloOrWait);
                var log = LogCapture.of("io.github.jettykeepalive.enforce")) {
            ServerConnector connector = rig.server().connector();
            for (int i = 0; i < 10; i++) {
                connectIdle(rig);
                leaveIfShed(rig, 3);
                Eventually.await(PATIENCE, "it accepts", connector::isAccepting);
            }
            for (int i = 0; i < 6; i++) {
                connectBusy(rig);
                leaveIfShed(rig, Math.max(3, i + 1));
            }
            Eventually.await(PATIENCE, "the hard stop is reached", () -> !connector.isAccepting());
            assertThat(rig.ledger().count(Phase.HANDLING)).isEqualTo(6);
            RawClient beyond = connect(rig).send(get());

            release.countDown();
            for (RawClient served : clients.subList(0, 6)) {
                assertThat(served.readResponse().status()).isEqualTo(200);
                served.close();
            }
            assertThat(beyond.readResponse().status()).isEqualTo(200);
            Eventually.await(PATIENCE, "it accepts again", connector::isAccepting);
            assertThat(log.events()).isNotEmpty();
        }
    }

    /** Closes the client that was shed to make room, which is the first, and waits until the server knows. */
    private void leaveIfShed(Rig rig, int most) throws IOException {
        if (clients.size() > most) {
            RawClient shed = clients.remove(0);
            shed.expectFin();
            shed.close();
            Eventually.await(PATIENCE, "it is gone", rig.ledger()::getOpen, open -> open == clients.size());
        }
    }
}
