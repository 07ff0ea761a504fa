package io.github.jettykeepalive.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.enforce.ConnectionLedger;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.LogCapture;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.Stalls;
import io.github.jettykeepalive.testing.TcpTable;
import io.github.jettykeepalive.testing.TestServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.util.Jetty;
import org.slf4j.event.Level;

/** One server with settings of its own, and a crowd that talks to it; afterwards, nothing must be left of it. */
final class Episode implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PEERS = 8;
    /** Every so many seeds keep to what goes wrong on two threads at once. */
    private static final int CROSSED = 4;

    private static final boolean STOCK = Effort.isStock();
    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");

    /**
     * Jetty may complete an exchange twice when it fails while its handler returns on another thread; the second time it is an
     * IllegalStateException, a NullPointerException or an assertion, by how far the first has come. {@link StockErrorsTest}.
     */
    static final String COMPLETED_TWICE = "HttpChannelState$ErrorCallback.succeeded(HttpChannelState.java";

    /** The second completion may meet the next exchange, which then fails for it: the test shows that too. */
    static final String COMPLETED_EARLY = "HttpChannelState$LastWriteCallback.completeLastWrite(HttpChannelState.java";

    static final String SECOND_HOST = "multiple `Host` headers";

    /** The notices of our own limits, what stock Jetty logs of the same seeds, and what the application was told to do. */
    private static final List<String> EXPECTED = List.of(
            "maxLingering reached",
            "maxConnections reached",
            "maxConnectionsPerClient reached",
            SECOND_HOST,
            COMPLETED_TWICE,
            COMPLETED_EARLY,
            Witness.Expected.class.getName());

    static final boolean JETTY_12_0 = Jetty.VERSION.startsWith("12.0.");

    /**
     * What stock Jetty 12.0.38 logs of the same seeds: it tells a request that is over of a failure, and two threads give the
     * request's buffer back, after which another buffer may be missing. Seeds 1 to 57 had 12 of the one, 2 of the other.
     */
    private static final List<String> EXPECTED_OF_12_0 = List.of(
            "because \"this._httpChannelState\" is null", "HttpConnection.releaseRequestBuffer(HttpConnection.java");

    private final long seed;
    private final boolean tls;
    private final Settings settings;
    private final ExecutorService peers = Executors.newFixedThreadPool(PEERS);
    private final ExecutorService others = Executors.newSingleThreadExecutor();
    private final Witness witness = new Witness(others);
    private final List<LogCapture> logs =
            List.of(LogCapture.of("org.eclipse.jetty"), LogCapture.of("io.github.jettykeepalive"));
    private final Stalls stalls = Stalls.watch();
    private final TestServer server;

    Episode(long seed, boolean tls) throws Exception {
        this.seed = seed;
        this.tls = tls;
        settings = Settings.random(Effort.random(seed, 0));
        var builder = TestServer.with(this::factory).idleTimeout(Duration.ofMillis(Settings.IDLE_TIMEOUT));
        if (JETTY_12_0) {
            builder.withoutLeakTracking();
        }
        server = (tls ? builder.tls("TLSv1.3") : builder).start(witness);
    }

    private HttpConnectionFactory factory(HttpConfiguration configuration) {
        if (STOCK) {
            return new HttpConnectionFactory(configuration);
        }
        var factory = new KeepAliveConnectionFactory(configuration);
        settings.apply(factory);
        return factory;
    }

    private RawClient connect() throws IOException {
        return tls ? RawClient.connectTls(server.tlsPort(), "TLSv1.3") : RawClient.connect(server.port());
    }

    private int port() {
        return tls ? server.tlsPort() : server.port();
    }

    private KeepAliveConnectionFactory factory() {
        var connector = tls ? server.tlsConnector() : server.connector();
        return connector.getConnectionFactory(KeepAliveConnectionFactory.class);
    }

    private String closes() {
        return STOCK ? "stock" : factory().getLedger().getClosesByReason().toString();
    }

    private int open() {
        return STOCK ? server.connections() : factory().getLedger().getOpen();
    }

    /** Has so many peers say their part, a few at a time, and judges each. */
    void play(int conversations) throws Exception {
        var playing = new ArrayList<Future<?>>();
        for (int i = 1; i <= conversations; i++) {
            int number = i;
            playing.add(peers.submit(() -> {
                converse(number);
                return null;
            }));
        }
        for (Future<?> each : playing) {
            each.get(10 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        if (!STOCK) {
            assertThat(witness.decoys())
                    .as("requests out of content, %s", settings)
                    .isEmpty();
        }
    }

    private void converse(int number) throws Exception {
        var conversation = new Conversation(Effort.random(seed, number), number + "", seed % CROSSED == 0);
        RawClient client;
        try {
            client = connect();
        } catch (IOException x) {
            // Refused, and over before the handshake was; or there was no end to the handshake before the idle timeout.
            boolean refused = settings.isTight() && (tls || !settings.lingersWell());
            boolean late = stalls.longest().toMillis() >= Settings.IDLE_TIMEOUT;
            assertThat(refused || late)
                    .as("%s, longest stall %s, %s, %s", x, stalls.longest(), closes(), settings)
                    .isTrue();
            return;
        }
        try (client) {
            Conversation.Seen seen = conversation.play(client);
            if (!STOCK) {
                new Verdicts(settings, witness, conversation, seen, !tls).check();
            }
        } catch (Throwable x) {
            throw new AssertionError("conversation " + number + " with " + settings, x);
        }
    }

    /** The well-behaved are served as ever, and what the others have used is given back. */
    void assertRecovers() throws IOException {
        Eventually.await(PATIENCE, "all connections have ended", this::open, open -> open == 0);
        try (var client = connect()) {
            String request = "GET /good/read HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            assertThat(client.send(request).readResponse().body()).isEqualTo("all");
            client.readToEof();
        }
        if (TcpTable.available()) {
            Eventually.await(PATIENCE, "no socket is left", this::sockets, List::isEmpty);
        }
        Eventually.await(PATIENCE, "all connections have ended", this::open, open -> open == 0);
        if (!STOCK) {
            assertBalanced(factory().getLedger());
            assertThat(factory().getLingering()).as("lingering").isZero();
        }
    }

    private static void assertBalanced(ConnectionLedger ledger) {
        long closes = ledger.getClosesByReason().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        assertThat(closes).as("each connection ended for one reason").isEqualTo(ledger.getOpened());
    }

    /** Those that this process has open; others may use the same port on another address. */
    private List<TcpTable.Entry> sockets() {
        Set<Long> open = openInodes();
        Predicate<TcpTable.Entry> ours = entry -> entry.localPort() == port() || entry.remotePort() == port();
        return TcpTable.now().entries().stream()
                .filter(ours)
                .filter(entry -> entry.state() != TcpTable.State.LISTEN && open.contains(entry.inode()))
                .toList();
    }

    private static Set<Long> openInodes() {
        var inodes = new HashSet<Long>();
        for (String name : Objects.requireNonNull(new File("/proc/self/fd").list())) {
            try {
                Matcher socket = SOCKET.matcher(
                        Files.readSymbolicLink(Path.of("/proc/self/fd", name)).toString());
                if (socket.matches()) {
                    inodes.add(Long.parseLong(socket.group(1)));
                }
            } catch (IOException closedMeanwhile) {
                // Then it is not open.
            }
        }
        return inodes;
    }

    /** Stops the server; every buffer must be back, and nothing unexpected in the log. */
    @Override
    public void close() throws Exception {
        try {
            server.close();
            for (LogCapture log : logs) {
                assertThat(log.events())
                        .as("log, with %s", settings)
                        .filteredOn(event -> event.level().toInt() >= Level.WARN.toInt())
                        .filteredOn(event -> EXPECTED.stream().noneMatch(event.text()::contains))
                        .filteredOn(event ->
                                !JETTY_12_0 || EXPECTED_OF_12_0.stream().noneMatch(event.text()::contains))
                        .isEmpty();
            }
        } finally {
            for (int i = logs.size() - 1; i >= 0; i--) {
                logs.get(i).close();
            }
            stalls.close();
            peers.shutdownNow();
            others.shutdownNow();
        }
    }
}
