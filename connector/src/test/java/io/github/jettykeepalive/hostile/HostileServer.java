package io.github.jettykeepalive.hostile;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * A server for a process of its own, with little of something. It names its port, serves until its input ends, and then says
 * what it is left with.
 */
final class HostileServer {
    static final String PORT = "port ";
    static final String LEFT = "left ";

    private HostileServer() {}

    /**
     * @param arguments {@code maxConnections}, {@code maxLingering}, and the {@code idleTimeout} in ms
     */
    public static void main(String[] arguments) throws Exception {
        int maxConnections = Integer.parseInt(arguments[0]);
        int maxLingering = Integer.parseInt(arguments[1]);
        var idleTimeout = Duration.ofMillis(Long.parseLong(arguments[2]));
        var others = Executors.newSingleThreadExecutor();
        try {
            try (var server = start(0, 10_000, Duration.ofMillis(200), new Witness(others))) {
                warmUp(server.port());
            }
            try (var server = start(maxConnections, maxLingering, idleTimeout, new Witness(others))) {
                serve(server);
            }
        } finally {
            others.shutdownNow();
        }
    }

    private static TestServer start(int maxConnections, int maxLingering, Duration idleTimeout, Witness witness)
            throws Exception {
        return TestServer.with(configuration -> {
                    var factory = new KeepAliveConnectionFactory(configuration);
                    factory.setMaxConnections(maxConnections);
                    factory.setRequestHeaderTimeout(idleTimeout.toMillis());
                    factory.setMaxLingering(maxLingering);
                    factory.setLingerTimeout(2000);
                    factory.setLingerIdleTimeout(500);
                    return factory;
                })
                .withoutLeakTracking()
                .idleTimeout(idleTimeout)
                .connector(connector -> connector.setAcceptQueueSize(4096))
                .start(witness);
    }

    private static void serve(TestServer server) throws IOException {
        System.out.println(PORT + server.port());
        while (System.in.read() >= 0) {
            // Until the parent lets go.
        }
        var ledger = server.factory(KeepAliveConnectionFactory.class).getLedger();
        Eventually.await(Duration.ofSeconds(20), "all have ended", ledger::getOpen, open -> open == 0);
        System.out.println(LEFT + ledger.getOpen() + " of " + ledger.getOpened() + ": " + ledger.getClosesByReason());
    }

    /** Classes come out of folders here, for which it takes a file descriptor each; out of a jar it does not. */
    private static void warmUp(int port) throws IOException {
        String begun = "POST /warm-up%d/%s HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n1";
        for (String words : List.of("", "GET", begun.formatted(1, "early"), begun.formatted(2, "read"))) {
            try (var client = RawClient.connect(port)) {
                client.send(words).readToEof();
            }
        }
    }
}
