package io.github.jettykeepalive.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.End;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.Rest;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that stop in the middle of something. Each is left in its time, and meanwhile others are served. */
class RudePeersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PEERS = Effort.of(30, 100);
    private static final long SOON = 5000;
    private static final String HOST = "Host: a\r\n";

    private final ExecutorService others = Executors.newSingleThreadExecutor();
    private final List<RawClient> peers = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (RawClient peer : peers) {
            peer.close();
        }
        others.shutdownNow();
    }

    private TestServer start() throws Exception {
        return start(new Witness(others), 200);
    }

    private static TestServer start(Request.Handler handler, int threads) throws Exception {
        return TestServer.with(configuration -> {
                    var factory = new KeepAliveConnectionFactory(configuration);
                    factory.setRequestHeaderTimeout(500);
                    factory.setLingerIdleTimeout(300);
                    factory.setLingerTimeout(600);
                    return factory;
                })
                .idleTimeout(Duration.ofMillis(700))
                .configure(server -> ((QueuedThreadPool) server.getThreadPool()).setMaxThreads(threads))
                .start(handler);
    }

    private RawClient connect(TestServer server) throws IOException {
        RawClient peer = RawClient.connect(server.port(), socket -> socket.setReceiveBufferSize(4096));
        peers.add(peer);
        return peer;
    }

    private static void awaitAllLeft(TestServer server) {
        var ledger = server.factory(KeepAliveConnectionFactory.class).getLedger();
        Eventually.await(PATIENCE, "all have been left", ledger::getOpen, open -> open == 0);
        server.awaitNoConnections();
    }

    @Test
    void stopReading() throws Exception {
        try (var server = start()) {
            try (var good = new GoodClient(server.port(), true, SOON)) {
                for (int i = 0; i < PEERS; i++) {
                    String request = "GET /" + i + "-%d/large HTTP/1.1\r\n" + HOST + "\r\n";
                    var requests = new StringBuilder();
                    for (int j = 0; j < 30; j++) {
                        requests.append(request.formatted(j));
                    }
                    connect(server).send(requests.toString());
                }
                Eventually.await(PATIENCE, "they are left", server::connections, open -> open <= 1);
            }
            awaitAllLeft(server);
        }
    }

    @Test
    void stopWriting() throws Exception {
        var begun = List.of(
                "",
                "GET",
                "GET /%d/read HTTP/1.1\r\nHos",
                "POST /%d/read HTTP/1.1\r\nContent-Length: 5\r\n" + HOST + "\r\n12",
                "POST /%d/early HTTP/1.1\r\nContent-Length: 5\r\n" + HOST + "\r\n12",
                "POST /%d/async HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + HOST + "\r\n5\r\n12");
        try (var server = start()) {
            try (var good = new GoodClient(server.port(), true, SOON)) {
                for (int i = 0; i < PEERS; i++) {
                    connect(server).send(begun.get(i % begun.size()).formatted(i));
                }
                Eventually.await(PATIENCE, "they are left", server::connections, open -> open <= 1);
            }
            awaitAllLeft(server);
            var answers = List.of("", "HTTP/1.1 408", "HTTP/1.1 408", "HTTP/1.1 500", "HTTP/1.1 200", "HTTP/1.1 500");
            for (int i = 0; i < PEERS; i++) {
                Rest rest = peers.get(i).readToEof();
                assertThat(rest.text()).startsWith(answers.get(i % begun.size()));
                assertThat(rest.text().isEmpty()).isEqualTo(i % begun.size() == 0);
                assertThat(rest.end()).isEqualTo(End.FIN);
            }
        }
    }

    @Test
    void trickle() throws Exception {
        try (var server = start()) {
            try (var good = new GoodClient(server.port(), true, SOON)) {
                for (int i = 0; i < PEERS; i++) {
                    connect(server).sendInBackground(out -> {
                        for (byte each : ("GET / HTTP/1.1\r\nX: " + "x".repeat(1000)).getBytes()) {
                            out.write(each);
                            LockSupport.parkNanos(20_000_000);
                        }
                    });
                }
                var ledger = server.factory(KeepAliveConnectionFactory.class).getLedger();
                Eventually.await(
                        PATIENCE,
                        "they are left",
                        () -> ledger.getCloses(CloseReason.HEADER_TIMEOUT)
                                + ledger.getCloses(CloseReason.LINGER_EXPIRED),
                        closes -> closes == PEERS);
            }
            awaitAllLeft(server);
        }
    }

    @Test
    void vanish() throws Exception {
        try (var server = start()) {
            try (var good = new GoodClient(server.port(), true, SOON)) {
                for (int i = 0; i < PEERS; i++) {
                    RawClient peer = connect(server)
                            .send("POST /" + i + "/stream HTTP/1.1\r\nContent-Length: 50\r\n" + HOST + "\r\n12");
                    if (i % 2 == 0) {
                        peer.reset();
                    } else {
                        peer.close();
                    }
                }
            }
            awaitAllLeft(server);
        }
    }

    /** No thread is left to serve anybody; but whoever is overdue is told so, and the idle go. */
    @Test
    void takeAllThreads() throws Exception {
        var release = new CountDownLatch(1);
        var witness = new Witness(others);
        Request.Handler handler = (request, response, callback) -> {
            if (Request.getPathInContext(request).startsWith("/block")) {
                release.await();
            }
            return witness.handle(request, response, callback);
        };
        try (var server = start(handler, 8)) {
            RawClient idle = connect(server).send("GET /idle/read HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(idle.readResponse().status()).isEqualTo(200);
            RawClient slow = connect(server).send("GET /slow");
            slow.awaitRead();
            for (int i = 0; i < PEERS; i++) {
                connect(server).send("GET /block" + i + "/read HTTP/1.1\r\nConnection: close\r\n" + HOST + "\r\n");
            }
            assertThat(slow.readResponse().status()).isEqualTo(408);
            idle.expectFin();
            release.countDown();
            try (var good = new GoodClient(server.port(), true, SOON)) {
                Eventually.await(PATIENCE, "it is served", good::answered, answered -> answered > 10);
            }
            awaitAllLeft(server);
        }
    }
}
