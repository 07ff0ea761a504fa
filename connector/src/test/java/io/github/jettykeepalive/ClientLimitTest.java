package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.LogCapture;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.io.ConnectionStatistics;
import org.eclipse.jetty.server.ConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How many connections a client may have. The clients come from addresses of their own, 127.0.0.x. */
class ClientLimitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<RawClient> clients = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger handled = new AtomicInteger();
    private int busy;

    @AfterEach
    void leave() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }

    private boolean helloOrWait(Request request, Response response, Callback callback) throws Exception {
        handled.incrementAndGet();
        if (Request.getPathInContext(request).equals("/wait")) {
            release.await();
        }
        return Rig.hello(request, response, callback);
    }

    private Rig rig(Wire wire, Consumer<KeepAliveConnectionFactory> settings) throws Exception {
        return rig(wire, settings, builder -> {});
    }

    private Rig rig(Wire wire, Consumer<KeepAliveConnectionFactory> settings, Consumer<TestServer.Builder> surroundings)
            throws Exception {
        Consumer<KeepAliveConnectionFactory> limit = factory -> factory.setMaxConnectionsPerClient(2);
        return Rig.start(wire, limit.andThen(settings), surroundings, this::helloOrWait);
    }

    private static LogCapture capture() {
        return LogCapture.of("io.github.jettykeepalive.enforce");
    }

    private RawClient connect(Rig rig, Wire wire, String address) throws IOException {
        RawClient.Preparation from = socket -> socket.bind(new InetSocketAddress(address, 0));
        RawClient client =
                wire.isTls() ? RawClient.connectTls(rig.port(), "TLSv1.3", from) : RawClient.connect(rig.port(), from);
        clients.add(client);
        return client;
    }

    private RawClient connectIdle(Rig rig, Wire wire, String address) throws Exception {
        RawClient client = connect(rig, wire, address);
        assertThat(client.send(get()).readResponse().body()).isEqualTo("hello");
        awaitBusy(rig);
        TimeoutsTest.pass(5); // Ages are told by the millisecond.
        return client;
    }

    private RawClient connectBusy(Rig rig, Wire wire, String address) throws IOException {
        return makeBusy(rig, connect(rig, wire, address));
    }

    private RawClient makeBusy(Rig rig, RawClient client) throws IOException {
        client.send(Ask.request("GET /wait HTTP/1.1"));
        busy++;
        awaitBusy(rig);
        return client;
    }

    private void awaitBusy(Rig rig) {
        Eventually.await(PATIENCE, busy + " are busy", () -> rig.ledger().count(Phase.HANDLING), now -> now == busy);
    }

    /** Nobody is to be busy when the server stops. */
    private void finish(Rig rig) {
        release.countDown();
        busy = 0;
        awaitBusy(rig);
    }

    private static void assertRefused(RawClient client) throws IOException {
        RawResponse response = client.readResponse();
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.fields("Retry-After")).containsExactly("1");
        assertThat(response.fields("Connection")).containsExactly("close");
        assertThat(response.complete()).isTrue();
        client.expectFin();
        client.halfClose();
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS_1_3"})
    void idleConnectionsCountAndTheOldestMakesRoom(Wire wire) throws Exception {
        try (var rig = rig(wire, factory -> {})) {
            RawClient first = connectIdle(rig, wire, "127.0.0.2");
            RawClient second = connectIdle(rig, wire, "127.0.0.2");
            RawClient other = connectIdle(rig, wire, "127.0.0.3");
            RawClient third = connectIdle(rig, wire, "127.0.0.2");

            first.expectFin();
            first.halfClose();
            for (RawClient kept : List.of(second, other, third)) {
                assertThat(kept.send(get()).readResponse().status()).isEqualTo(200);
            }
            Eventually.await(PATIENCE, "it is counted", rig::closes, Map.of(CloseReason.SHED, 1L)::equals);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS_1_3"})
    void oneTooManyIsRefusedBeforeAnythingIsRead(Wire wire) throws Exception {
        try (var rig = rig(wire, factory -> {});
                var log = capture()) {
            RawClient first = connectBusy(rig, wire, "127.0.0.2");
            RawClient second = connectBusy(rig, wire, "127.0.0.2");

            RawClient talker = connect(rig, wire, "127.0.0.2");
            assertThat(talker.upload(5_000_000, false, "HTTP/1.1").complete()).isTrue();
            assertRefused(talker);
            assertRefused(connect(rig, wire, "127.0.0.2"));

            RawClient other = connectIdle(rig, wire, "127.0.0.3");
            assertThat(other.isOpen()).isTrue();
            finish(rig);
            assertThat(first.readResponse().status()).isEqualTo(200);
            assertThat(second.readResponse().status()).isEqualTo(200);
            assertThat(handled).hasValue(3);
            Eventually.await(PATIENCE, "both are counted", () -> rig.ledger().getCloses(CloseReason.CLIENT_LIMIT) == 2);
            // Over TLS the last records may meet a connection that has seen the peer's FIN already.
            Eventually.await(
                    PATIENCE, "it is discarded", rig.ledger()::getBytesDiscarded, bytes -> bytes > 5_000_000 - 40_000);
            assertThat(log.events()).isNotEmpty();
        }
    }

    /** Whoever counts what a connector accepts hears of a refused one as of any other. */
    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS_1_3"})
    @SuppressWarnings("removal") // where it is still used, it works
    void refusedOnesAreToldOf(Wire wire) throws Exception {
        var statistics = new ConnectionStatistics();
        var limits = new ArrayList<ConnectionLimit>();
        try (var rig = rig(
                        wire,
                        factory -> {},
                        builder -> builder.connector(connector -> {
                            connector.addBean(statistics);
                            var limit = new ConnectionLimit(100, connector);
                            connector.addBean(limit);
                            limits.add(limit);
                        }));
                var log = capture()) {
            connectBusy(rig, wire, "127.0.0.2");
            connectBusy(rig, wire, "127.0.0.2");
            for (int i = 0; i < 5; i++) {
                assertRefused(connect(rig, wire, "127.0.0.2"));
            }
            finish(rig);
            for (RawClient client : clients) {
                client.close();
            }
            rig.awaitCloses(7);
            // Over TLS there is one more connection to each: that of the layer below.
            long each = wire.isTls() ? 2 : 1;
            Eventually.await(PATIENCE, "all are told of", statistics::getConnections, open -> open == 0);
            assertThat(statistics.getConnectionsTotal()).isEqualTo(7 * each);
            // What the limit counts over TLS is below zero with Jetty's own factory, too.
            for (ConnectionLimit limit : wire.isTls() ? List.<ConnectionLimit>of() : limits) {
                Eventually.await(PATIENCE, "none is pending", limit::getPendingConnections, pending -> pending == 0);
                assertThat(limit.getConnections()).isZero();
            }
            assertThat(log.events()).isNotEmpty();
        }
    }

    /** As with {@code maxConnections}, the next connection that comes has those go that are too many. */
    @Test
    void limitMayBeLoweredWhileRunning() throws Exception {
        try (var rig = rig(Wire.PLAIN, factory -> factory.setMaxConnectionsPerClient(10));
                var log = capture()) {
            for (int i = 0; i < 9; i++) {
                connectIdle(rig, Wire.PLAIN, "127.0.0.2");
            }
            RawClient busyOne = connectBusy(rig, Wire.PLAIN, "127.0.0.2");
            rig.factory().setMaxConnectionsPerClient(3);
            RawClient last = connectIdle(rig, Wire.PLAIN, "127.0.0.2");

            for (RawClient shed : clients.subList(0, 8)) {
                shed.expectFin();
                shed.halfClose();
            }
            assertThat(clients.get(8).send(get()).readResponse().status()).isEqualTo(200);
            assertThat(last.send(get()).readResponse().status()).isEqualTo(200);
            Eventually.await(PATIENCE, "they are counted", rig.ledger()::getOpen, open -> open == 3);

            rig.factory().setMaxConnectionsPerClient(1);
            assertRefused(connect(rig, Wire.PLAIN, "127.0.0.2"));
            finish(rig);
            assertThat(busyOne.readResponse().status()).isEqualTo(200);
            assertThat(log.events()).hasSize(1);
        }
    }

    @Test
    void silentConnectionsCountToo() throws Exception {
        try (var rig = rig(Wire.PLAIN, factory -> {});
                var log = capture()) {
            RawClient silent = connect(rig, Wire.PLAIN, "127.0.0.2");
            connect(rig, Wire.PLAIN, "127.0.0.2");
            Eventually.await(PATIENCE, "both wait", () -> rig.server().connections() == 2);
            assertRefused(connect(rig, Wire.PLAIN, "127.0.0.2"));
            silent.close();
            Eventually.await(PATIENCE, "two are gone", rig.ledger()::getOpen, open -> open == 1);

            connectIdle(rig, Wire.PLAIN, "127.0.0.2");
            assertThat(log.events()).hasSize(1);
        }
    }

    /** It cannot be told anything, and is not kept for longer than any silent handshake. */
    @Test
    void refusedClientThatNeverShakesHandsGoesWithTheIdleTimeout() throws Exception {
        try (var rig = rig(Wire.TLS_1_3, factory -> {}, builder -> builder.idleTimeout(Duration.ofMillis(1000)));
                var log = capture()) {
            for (int i = 0; i < 3; i++) {
                connect(rig, Wire.PLAIN, "127.0.0.2");
            }
            for (RawClient client : clients) {
                client.readToEof();
                client.close();
            }
            rig.expectCloses(Map.of(CloseReason.IDLE, 2L, CloseReason.CLIENT_LIMIT, 1L));
            assertThat(log.events()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.2", "127.0.0.0/30", "10.0.0.0/8; 127.0.0.1-127.0.0.9"})
    void exemptClientsAreNotLimited(String exempt) throws Exception {
        try (var rig = rig(Wire.PLAIN, factory -> factory.setClientExempt(exempt.replace(';', ',')))) {
            for (int i = 0; i < 10; i++) {
                connectBusy(rig, Wire.PLAIN, "127.0.0.2");
            }
            finish(rig);
            assertThat(rig.closes()).isEmpty();
        }
    }

    @Test
    void prefixMakesNeighboursOneClient() throws Exception {
        try (var rig = rig(Wire.PLAIN, factory -> factory.setClientPrefix4(24));
                var log = capture()) {
            connectBusy(rig, Wire.PLAIN, "127.0.0.2");
            connectBusy(rig, Wire.PLAIN, "127.0.0.3");
            assertRefused(connect(rig, Wire.PLAIN, "127.0.0.4"));
            connectBusy(rig, Wire.PLAIN, "127.0.1.4");
            finish(rig);
            assertThat(log.events()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TCP4 192.0.2.1 127.0.0.1, TCP4 192.0.2.2 127.0.0.1",
        "TCP6 2001:db8::1 ::1,     TCP6 2001:db8:0:1::1 ::1"
    })
    void announcedAddressCountsBehindAProxy(String one, String other) throws Exception {
        try (var rig = rig(Wire.PLAIN, factory -> {}, TestServer.Builder::proxyProtocol);
                var log = capture()) {
            for (String client : List.of(one, one, other, other)) {
                makeBusy(rig, connect(rig, Wire.PLAIN, "127.0.0.1").send("PROXY " + client + " 40000 80\r\n"));
            }
            assertRefused(connect(rig, Wire.PLAIN, "127.0.0.1").send("PROXY " + one + " 40000 80\r\n"));
            finish(rig);
            assertThat(log.events()).hasSize(1);
        }
    }
}
