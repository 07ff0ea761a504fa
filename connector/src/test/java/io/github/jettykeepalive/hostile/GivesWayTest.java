package io.github.jettykeepalive.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lingering is done for those who were refused: when anything runs short, nobody else pays for it. */
class GivesWayTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<RawClient> clients = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void leave() throws IOException {
        release.countDown();
        for (RawClient client : clients) {
            client.close();
        }
    }

    /** Refuses an upload at once; anything else it serves, {@code /wait} when the test is over. */
    private boolean refuseOrServe(Request request, Response response, Callback callback) throws Exception {
        if (Request.getPathInContext(request).equals("/wait")) {
            release.await();
        }
        response.setStatus(request.getLength() > 0 ? 413 : 200);
        Content.Sink.write(response, true, "done", callback);
        return true;
    }

    private TestServer server(Consumer<KeepAliveConnectionFactory> settings, Consumer<TestServer.Builder> surroundings)
            throws Exception {
        var builder = TestServer.with(configuration -> {
            var factory = new KeepAliveConnectionFactory(configuration);
            settings.accept(factory);
            return factory;
        });
        surroundings.accept(builder);
        return builder.start(this::refuseOrServe);
    }

    private RawClient keep(RawClient client) {
        clients.add(client.patience(PATIENCE));
        return client;
    }

    /** Has been refused, and goes on sending, a byte now and then, for as long as the server takes it. */
    private void drip(int port) throws IOException {
        RawClient client = keep(RawClient.connect(port));
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nx");
        assertThat(client.readResponse().status()).isEqualTo(413);
        var unused = client.sendInBackground(out -> {
            while (release.getCount() > 0) {
                out.write('x');
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        });
    }

    /** H3: without making room the first twenty would hold the limit for half a minute. */
    @Test
    void drippersBehindARefusalDoNotHoldJettysLimit() throws Exception {
        try (TestServer server = server(
                factory -> {},
                builder ->
                        builder.connector(connector -> connector.addBean(new NetworkConnectionLimit(20, connector))))) {
            for (int i = 0; i < 60; i++) {
                drip(server.port());
            }
            for (int i = 0; i < 20; i++) {
                RawClient good = keep(RawClient.connect(server.port()));
                assertThat(good.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                                .readResponse()
                                .status())
                        .isEqualTo(200);
            }
            assertThat(server.factory(KeepAliveConnectionFactory.class).getLingering())
                    .isLessThanOrEqualTo(20);
            leave();
        }
    }

    /** The same of {@code maxConnections}, and an idle connection outlives those that linger. */
    @Test
    void drippersBehindARefusalDoNotShedIdleConnections() throws Exception {
        try (TestServer server = server(factory -> factory.setMaxConnections(20), builder -> {})) {
            RawClient idle = keep(RawClient.connect(server.port()));
            idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
            for (int i = 0; i < 60; i++) {
                drip(server.port());
            }
            var ledger = server.factory(KeepAliveConnectionFactory.class).getLedger();
            Eventually.await(PATIENCE, "lingering ones have gone", ledger::getOpen, open -> open <= 21);
            assertThat(idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                            .readResponse()
                            .status())
                    .isEqualTo(200);
            leave();
        }
    }

    /** H4, N2: one client holds sockets without end by being refused. */
    @ParameterizedTest
    @ValueSource(strings = {"", "TLSv1.3", "PROXY"})
    void refusedClientHoldsNoMoreThanTwiceItsConnections(String wire) throws Exception {
        Consumer<TestServer.Builder> surroundings =
                wire.equals("PROXY") ? TestServer.Builder::proxyProtocol : builder -> builder.tls("TLSv1.3");
        try (TestServer server = server(factory -> factory.setMaxConnectionsPerClient(2), surroundings)) {
            String proxied = wire.equals("PROXY") ? "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" : "";
            for (int i = 0; i < 2; i++) {
                connect(server, wire).send(proxied + "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            var ledger = factory(server, wire).getLedger();
            Eventually.await(PATIENCE, "they are served", () -> ledger.count(Phase.HANDLING), busy -> busy == 2);
            for (int i = 0; i < 50; i++) {
                RawClient refused = connect(server, wire).send(proxied + "x");
                assertThat(refused.readResponse().status()).isEqualTo(503);
                assertThat(ledger.getOpen()).isLessThanOrEqualTo(4);
            }
            leave();
        }
    }

    private static KeepAliveConnectionFactory factory(TestServer server, String wire) {
        var connector = wire.startsWith("TLS") ? server.tlsConnector() : server.connector();
        return connector.getConnectionFactory(KeepAliveConnectionFactory.class);
    }

    private RawClient connect(TestServer server, String wire) throws IOException {
        return keep(
                wire.startsWith("TLS")
                        ? RawClient.connectTls(server.tlsPort(), wire)
                        : RawClient.connect(server.port()));
    }

    /** H5: uploads that ignore their refusal are read as fast as all together may, and each goes on being read. */
    @ParameterizedTest
    @ValueSource(strings = {"", "TLSv1.3"})
    void uploadsThatIgnoreARefusalShareARate(String wire) throws Exception {
        long rate = 4_000_000;
        try (TestServer server = server(factory -> factory.setLingerMaxRate(rate), builder -> builder.tls("TLSv1.3"))) {
            for (int i = 0; i < 8; i++) {
                RawClient upload = connect(server, wire);
                upload.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\nx");
                assertThat(upload.readResponse().status()).isEqualTo(413);
                var unused = upload.sendInBackground(900_000_000);
            }
            var ledger = factory(server, wire).getLedger();
            long begin = System.nanoTime();
            long before = ledger.getBytesDiscarded();
            Eventually.await(PATIENCE, "8 MB are read", ledger::getBytesDiscarded, all -> all - before > 8_000_000);
            double seconds = (System.nanoTime() - begin) / 1e9;
            // A bucket that is full at the beginning, and what a read brings too much.
            assertThat(ledger.getBytesDiscarded() - before).isLessThan((long) (rate * (seconds + 0.6)));
            assertThat(factory(server, wire).getLingering()).isEqualTo(8);
            leave();
        }
    }
}
