package io.github.jettykeepalive;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.enforce.ConnectionLedger;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.LogCapture;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Jetty;
import org.slf4j.event.Level;

/**
 * A server with our factory, seen over one {@link Wire}.
 *
 * <p>Closing it asserts what must hold in the end of every test: no buffer leaked, each connection was closed for one
 * reason, and nobody was warned of anything.
 */
final class Rig implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration GRACE = Duration.ofMillis(500);

    /** Whether this is the second row of the test matrix, the profile {@code jetty-12.0}. */
    static final boolean JETTY_12_0 = Jetty.VERSION.startsWith("12.0.");

    private final Wire wire;
    private final TestServer server;
    private final List<LogCapture> logs;
    private final List<String> expectedWarnings = new ArrayList<>();

    private Rig(Wire wire, TestServer server, List<LogCapture> logs) {
        this.wire = wire;
        this.server = server;
        this.logs = logs;
    }

    /** Answers {@code hello}. */
    static boolean hello(Request request, Response response, Callback callback) {
        Content.Sink.write(response, true, "hello", callback);
        return true;
    }

    /** Answers 413 at once and reads nothing. */
    static boolean refuse(Request request, Response response, Callback callback) {
        Response.writeError(request, response, callback, 413);
        return true;
    }

    static Rig start(Wire wire, Request.Handler handler) throws Exception {
        return start(wire, factory -> {}, handler);
    }

    static Rig start(Wire wire, Consumer<KeepAliveConnectionFactory> settings, Request.Handler handler)
            throws Exception {
        return start(wire, settings, builder -> {}, handler);
    }

    static Rig start(
            Wire wire,
            Consumer<KeepAliveConnectionFactory> settings,
            Consumer<TestServer.Builder> surroundings,
            Request.Handler handler)
            throws Exception {
        var builder = TestServer.with(configuration -> {
            var factory = new KeepAliveConnectionFactory(configuration);
            settings.accept(factory);
            return factory;
        });
        surroundings.accept(wire.configure(builder));
        var logs = Stream.of("org.eclipse.jetty", "io.github.jettykeepalive")
                .map(LogCapture::of)
                .toList();
        try {
            return new Rig(wire, builder.start(handler), logs);
        } catch (Exception x) {
            close(logs);
            throw x;
        }
    }

    RawClient connect() throws IOException {
        return wire.connect(server);
    }

    URI uri(String path) {
        return wire.uri(server, path);
    }

    TestServer server() {
        return server;
    }

    int port() {
        return wire.connector(server).getLocalPort();
    }

    KeepAliveConnectionFactory factory() {
        return wire.connector(server).getConnectionFactory(KeepAliveConnectionFactory.class);
    }

    ConnectionLedger ledger() {
        return factory().getLedger();
    }

    /** Waits until all connections are closed, and asserts that it was for these reasons, one for each connection. */
    void expectCloses(CloseReason... reasons) {
        expectCloses(Arrays.stream(reasons).collect(groupingBy(identity(), TreeMap::new, counting())));
    }

    void expectCloses(Map<CloseReason, Long> expected) {
        awaitCloses(sum(expected));
        assertThat(closes()).isEqualTo(expected);
    }

    /** Waits until that many connections have come and gone, and no other is left. */
    void awaitCloses(long count) {
        String what = count + " connections are closed, one reason each";
        Eventually.await(PATIENCE, what, this::closes, closes -> sum(closes) >= count);
        assertThat(ledger().getOpened()).as("connections").isEqualTo(count);
        assertThat(ledger().getOpen()).as("open connections").isZero();
    }

    private static long sum(Map<CloseReason, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many connections were closed for each reason that occurred. */
    Map<CloseReason, Long> closes() {
        var closes = new TreeMap<CloseReason, Long>();
        for (CloseReason reason : CloseReason.values()) {
            closes.put(reason, ledger().getCloses(reason));
        }
        closes.values().removeIf(count -> count == 0);
        return closes;
    }

    /** A logger that is made while its parent is captured still has the level of the configuration. */
    private List<LogCapture.Event> warnings() {
        return logs.stream()
                .flatMap(log -> log.events().stream())
                .filter(event -> event.level().toInt() >= Level.WARN.toInt())
                .toList();
    }

    /** Waits for a warning that this test is about. */
    void awaitWarning(String text) {
        expectedWarnings.add(text);
        Eventually.await(
                PATIENCE,
                "a warning: " + text,
                this::warnings,
                warned -> warned.stream().anyMatch(event -> event.text().contains(text)));
    }

    @Override
    public void close() throws Exception {
        try {
            letRequestsEnd();
            server.close();
            awaitCloses(ledger().getOpened());
            assertThat(warnings())
                    .filteredOn(event -> expectedWarnings.stream().noneMatch(event.text()::contains))
                    .isEmpty();
        } finally {
            close(logs);
        }
    }

    /**
     * A client has the last byte of a response before the server knows that it has sent it, and Jetty logs what a stop makes of
     * that. Requests that mean to go on are not waited for.
     */
    private void letRequestsEnd() {
        long start = System.nanoTime();
        while (ledger().count(Phase.HANDLING) > 0 && System.nanoTime() - start < GRACE.toNanos()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Captures are nested: the last begun is the first to end. */
    private static void close(List<LogCapture> logs) {
        for (int i = logs.size() - 1; i >= 0; i--) {
            logs.get(i).close();
        }
    }
}
