package io.github.jettykeepalive.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.End;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/**
 * One connection in each phase that the server itself has to end, opened before something happens to the server: idle,
 * within a header, lingering; and one whose response is not complete.
 *
 * <p>Stock Jetty has one timeout for all, which is made short when the time for it has come.
 */
final class Probe implements AutoCloseable {
    private static final long KEEP_ALIVE = 1200;
    private static final long STOCK_IDLE = 300;
    private static final long MARGIN = 150;
    private static final long HEADER = 600;
    private static final long LINGER = 600;
    private static final Duration ANNOUNCED = Duration.ofSeconds(1);

    private final Make make;
    private final ServerConnector connector;
    private final int port;
    private final RawClient idle;
    private final RawClient header;
    private final RawClient lingering;
    private final RawClient busy;
    /** Gone when it is finished: it holds its connection. */
    private Desk.@Nullable Held held;

    private final long asked;

    /** The settings that a probe expects. */
    static void settings(KeepAliveConnectionFactory factory) {
        factory.setKeepAliveTimeout(KEEP_ALIVE);
        factory.setAdvertiseMargin(MARGIN);
        factory.setRequestHeaderTimeout(HEADER);
        factory.setLingerIdleTimeout(LINGER);
    }

    private Probe(Make make, ServerConnector connector, Desk desk) throws Exception {
        this.make = make;
        this.connector = connector;
        port = connector.getLocalPort();
        busy = connect(port).send(Ask.keep(Desk.HOLD));
        held = desk.next();
        lingering = connect(port).send(Ask.close(Desk.HELLO));
        assertServed(lingering.readResponse());
        lingering.expectFin();
        header = connect(port).send("GET / HTTP/1.1\r\nHost: ");
        header.awaitRead();
        idle = connect(port);
        asked = System.nanoTime();
        assertKept(idle.send(Ask.keep(Desk.HELLO)).readResponse());
    }

    static Probe open(Make make, ServerConnector connector, Desk desk) throws Exception {
        return new Probe(make, connector, desk);
    }

    private static RawClient connect(int port) throws IOException {
        return RawClient.connect(port).patience(Site.PATIENCE);
    }

    private static void assertServed(RawResponse response) {
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("hello");
        assertThat(response.complete()).isTrue();
    }

    private void assertKept(RawResponse response) {
        assertServed(response);
        assertThat(response.fields("Connection")).doesNotContain("close");
        if (make == Make.OURS) {
            assertThat(response.field("Keep-Alive"))
                    .hasValueSatisfying(value -> assertThat(value).contains("timeout=1"));
        }
    }

    /** The connector is in service, and nothing but time passes: the response is completed, all timeouts are enforced. */
    void expectInService() throws IOException {
        finish();
        assertKept(busy.readResponse());
        try (var late = connect(port)) {
            assertKept(late.send(Ask.keep(Desk.HELLO)).readResponse());
        }
        if (make == Make.STOCK) {
            connector.getConnectedEndPoints().forEach(endPoint -> endPoint.setIdleTimeout(STOCK_IDLE));
        }
        String refusal = header.readToEof().text();
        assertThat(refusal).startsWith(make == Make.OURS ? "HTTP/1.1 408 " : "");
        assertThat(header.isOpen()).as("within a header").isFalse();
        idle.expectFin();
        if (make == Make.OURS) {
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThanOrEqualTo(ANNOUNCED);
        }
        header.close();
        idle.close();
        busy.close();
        // What is left is the one that lingers, whose client is silent.
        Site.awaitNoSocket(port);
        lingering.close();
    }

    /** The connector was stopped: nobody is left waiting. */
    void expectClosed() throws IOException {
        for (RawClient client : List.of(idle, header, busy, lingering)) {
            assertThat(client.readToEof().end()).isNotEqualTo(End.TIMEOUT);
        }
        Site.awaitNoSocket(port);
        finish();
        close();
    }

    /** Completes the response that the connector's graceful end waits for. */
    void finishBusy() {
        finish();
        assertServed(busy.readResponse());
    }

    private void finish() {
        Desk.Held response = held;
        held = null;
        if (response != null) {
            response.finish();
        }
    }

    @Override
    public void close() throws IOException {
        idle.close();
        header.close();
        busy.close();
        lingering.close();
    }
}
