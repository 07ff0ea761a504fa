package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.CLOSE;
import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static io.github.jettykeepalive.Ask.get;
import static io.github.jettykeepalive.Ask.get10;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.OwnNetwork;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TcpTable;
import io.github.jettykeepalive.testing.TcpTable.Side;
import io.github.jettykeepalive.testing.TcpTable.State;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client that was told to close is given the time to do so first, so that TIME_WAIT is on its side. */
class ClientClosesFirstTest {
    private static final long PATIENT = 20_000;
    private static final long SHORT = 400;

    private static Consumer<KeepAliveConnectionFactory> waits(long millis) {
        return factory -> factory.setClientClosesFirst(millis);
    }

    private static long millisToFin(RawClient client, String request) throws IOException {
        long start = System.nanoTime();
        assertThat(client.send(request).readResponse().status()).isEqualTo(200);
        client.expectFin();
        client.halfClose();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS_1_3"})
    void clientThatClosesIsAnsweredAtOnce(Wire wire) throws Exception {
        try (var rig = Rig.start(wire, waits(PATIENT), Rig::hello);
                var client = rig.connect()) {
            long start = System.nanoTime();
            assertThat(client.send(get(CLOSE)).readResponse().body()).isEqualTo("hello");
            assertThat(client.isOpen()).isTrue();
            client.halfClose();
            client.expectFin();

            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(PATIENT);
            rig.expectCloses(CloseReason.CLIENT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS_1_3"})
    void clientThatDoesNotCloseGetsItsTimeAndThenOurFin(Wire wire) throws Exception {
        try (var rig = Rig.start(wire, waits(SHORT), Rig::hello);
                var client = rig.connect()) {
            assertThat(millisToFin(client, get(CLOSE))).isBetween(SHORT, PATIENT);
            rig.expectCloses(CloseReason.CLIENT);
        }
    }

    @Test
    void whatItSendsInsteadIsNotServed() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, waits(SHORT), Rig::hello);
                var client = rig.connect()) {
            client.send(get(CLOSE)).readResponse();
            client.send(get()).awaitRead();
            client.expectFin();
            client.halfClose();

            rig.expectCloses(CloseReason.CLIENT);
            assertThat(rig.ledger().getBytesDiscarded()).isEqualTo(get().length());
        }
    }

    @Test
    void waitShowsAsPartingAndThenAsLingering() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, waits(SHORT), Rig::hello);
                var client = rig.connect()) {
            client.send(get(CLOSE)).readResponse();
            Eventually.await(
                    Duration.ofSeconds(10), "parting", () -> rig.ledger().count(Phase.PARTING) == 1);
            client.expectFin();
            Eventually.await(
                    Duration.ofSeconds(10), "lingering", () -> rig.ledger().count(Phase.LINGERING) == 1);
            assertThat(rig.factory().getLingering()).isEqualTo(1);
        }
    }

    private static boolean unframed(Request request, Response response, Callback callback) {
        response.write(
                false,
                ByteBuffer.wrap(new byte[] {'a'}),
                Callback.from(
                        () -> response.write(true, ByteBuffer.wrap(new byte[] {'b'}), callback), callback::failed));
        return true;
    }

    /** The FIN is the end of the response: nobody waits for it. */
    @Test
    void responseThatEndsWithTheConnectionEndsAtOnce() throws Exception {
        expectEndsAtOnce(get10(KEEP_ALIVE), ClientClosesFirstTest::unframed, "ab", CloseReason.UNFRAMED);
    }

    @Test
    void responseWithoutAHeaderEndsAtOnce() throws Exception {
        expectEndsAtOnce("GET /\r\n", ClientClosesFirstTest::unframed, "ab", CloseReason.UNFRAMED);
    }

    /** A length counts for nothing beside a transfer coding, RFC 9112 section 6.3: Jetty writes both. */
    @Test
    void responseWhoseLengthDoesNotCountEndsAtOnce() throws Exception {
        Request.Handler coded = (request, response, callback) -> {
            response.getHeaders().put(HttpHeader.TRANSFER_ENCODING, "gzip");
            response.write(true, ByteBuffer.wrap(new byte[] {'a', 'b'}), callback);
            return true;
        };
        expectEndsAtOnce(get(CLOSE), coded, "\r\n\r\nab", CloseReason.CLIENT);
    }

    private static void expectEndsAtOnce(String request, Request.Handler handler, String rest, CloseReason reason)
            throws Exception {
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        waits(PATIENT),
                        builder -> builder.httpConfiguration(
                                configuration -> configuration.setHttpCompliance(HttpCompliance.RFC2616_LEGACY)),
                        handler);
                var client = rig.connect()) {
            long start = System.nanoTime();
            assertThat(client.send(request).readToEof().text()).endsWith(rest);
            client.halfClose();

            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(PATIENT / 2);
            rig.expectCloses(reason);
        }
    }

    /** No response told it to close, so it would not. */
    @Test
    void idleConnectionEndsAtItsTimeout() throws Exception {
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        waits(PATIENT).andThen(factory -> {
                            factory.setKeepAliveTimeout(SHORT);
                            factory.setAdvertiseMargin(0);
                        }),
                        Rig::hello);
                var client = rig.connect()) {
            assertThat(millisToFin(client, get())).isBetween(SHORT, PATIENT / 2);
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    @Test
    void timeWaitMovesToTheClient() throws Exception {
        assumeTrue(TcpTable.available() && OwnNetwork.available());

        String stock = OwnNetwork.run(Duration.ofMinutes(2), TimeWaits.class, "stock");
        String ours = OwnNetwork.run(Duration.ofMinutes(2), TimeWaits.class, "ours");

        assertThat(stock).endsWith("server all, client none");
        assertThat(ours).endsWith("server none, client all");
    }

    /** Runs in the other JVM: 2,000 connections, one closing request each, and in whose TIME_WAIT they are then. */
    static final class TimeWaits {
        private static final int CONNECTIONS = 2000;
        private static final int FIRST_PORT = 10_000;

        /** A FIN that overtakes an acknowledgement on another core has the kernel reset its own TIME_WAIT (RFC 1337). */
        private static final int ASSASSINATED = 20;

        private TimeWaits() {}

        public static void main(String[] arguments) throws Exception {
            boolean stock = arguments[0].equals("stock");
            try (var server = TestServer.with(stock ? HttpConnectionFactory::new : TimeWaits::ours)
                    .withoutLeakTracking()
                    .start(Rig::hello)) {
                for (int i = 0; i < CONNECTIONS; i++) {
                    // Each from a port of its own: a TIME_WAIT on a port that is used again is cut short.
                    var from = new InetSocketAddress("127.0.0.1", FIRST_PORT + i);
                    try (var client = RawClient.connect(server.port(), socket -> socket.bind(from))) {
                        client.send(get(CLOSE)).readResponse();
                        if (stock) {
                            // Its FIN is the first in any case, but with a close it would have been a draw.
                            client.expectFin();
                        }
                    }
                }
                int port = server.port();
                TcpTable table = Eventually.await(
                        Duration.ofSeconds(30), "all have ended", () -> TcpTable.now(), now -> haveEnded(now, port));
                System.out.printf(
                        "server %s, client %s%n", share(table, Side.LOCAL, port), share(table, Side.REMOTE, port));
            }
        }

        private static boolean haveEnded(TcpTable table, int port) {
            long waiting =
                    table.count(Side.LOCAL, port, State.TIME_WAIT) + table.count(Side.REMOTE, port, State.TIME_WAIT);
            // But for the one that listens.
            return waiting >= CONNECTIONS - ASSASSINATED && table.entries().size() == waiting + 1;
        }

        private static String share(TcpTable table, Side side, int port) {
            long waiting = table.count(side, port, State.TIME_WAIT);
            return waiting == 0 ? "none" : waiting >= CONNECTIONS - ASSASSINATED ? "all" : String.valueOf(waiting);
        }

        private static HttpConnectionFactory ours(HttpConfiguration configuration) {
            var factory = new KeepAliveConnectionFactory(configuration);
            factory.setClientClosesFirst(PATIENT);
            return factory;
        }
    }
}
