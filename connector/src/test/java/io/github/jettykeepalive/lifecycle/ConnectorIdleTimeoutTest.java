package io.github.jettykeepalive.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.time.Duration;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The connector's idle timeout, ours, the client's and the application's: what is announced is enforced. */
class ConnectorIdleTimeoutTest {
    /** Beyond what is announced or set, for a busy machine. */
    private static final Duration SLACK = Duration.ofMillis(2500);

    private static final long NONE = Long.MAX_VALUE;

    private static Table<Row, Outcome> table;
    private static Log log;

    /** Who asks for a second, besides the settings. */
    enum Asks {
        NOBODY,
        CLIENT,
        APPLICATION,
        BOTH
    }

    /** A row: settings of the connector and of the factory, in milliseconds. */
    record Row(long idleTimeout, long keepAliveTimeout, Asks asks) {
        /** How long the connection may wait, in milliseconds; 0 = it is closed. */
        long expected() {
            long connectors = idleTimeout <= 0 ? NONE : idleTimeout;
            long own = keepAliveTimeout < 0 ? connectors : keepAliveTimeout;
            return asks == Asks.NOBODY ? own : Math.min(own, 1000);
        }
    }

    /** What a client saw: the response, and how long after it had asked the connection was closed, if it was. */
    private record Outcome(RawResponse response, boolean closed, Duration after) {}

    static Stream<Row> rows() {
        return LongStream.of(0, -1, 500)
                .boxed()
                .flatMap(idle -> LongStream.of(-1, 0, 1000)
                        .boxed()
                        .flatMap(keepAlive -> Stream.of(Asks.values()).map(asks -> new Row(idle, keepAlive, asks))));
    }

    @BeforeAll
    static void begin() {
        log = new Log();
        table = new Table<>(rows(), 40, ConnectorIdleTimeoutTest::play);
    }

    @AfterAll
    static void end() throws InterruptedException {
        table.close();
        log.close();
        Threads.expectNone();
    }

    private static Outcome play(Row row) throws Exception {
        Site site = new Site();
        ServerConnector connector = site.add(Make.OURS.factory(factory -> {
            factory.setKeepAliveTimeout(row.keepAliveTimeout);
            factory.setAdvertiseMargin(0);
        }));
        connector.setIdleTimeout(row.idleTimeout);
        Request.Handler hello = site.desk::handle;
        site.server.setHandler(new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                if (row.asks == Asks.APPLICATION || row.asks == Asks.BOTH) {
                    request.setAttribute("io.github.jettykeepalive.keepAliveTimeout", 1000L);
                }
                return hello.handle(request, response, callback);
            }
        });
        site.server.start();
        boolean clientAsks = row.asks == Asks.CLIENT || row.asks == Asks.BOTH;
        try (var client = RawClient.connect(connector.getLocalPort()).patience(SLACK)) {
            long asked = System.nanoTime();
            client.send(Ask.get(
                    Desk.HELLO,
                    clientAsks ? "Connection: keep-alive, Keep-Alive" : "Connection: keep-alive",
                    clientAsks ? "Keep-Alive: timeout=1" : "X-Nothing: 1"));
            RawResponse response = client.readResponse();
            boolean closed = !client.isAnythingToCome() && !client.isOpen();
            var after = Duration.ofNanos(System.nanoTime() - asked);
            if (!closed) {
                client.send(Ask.close(Desk.HELLO)).readResponse();
            }
            return new Outcome(response, closed, after);
        } finally {
            site.server.stop();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatIsAnnouncedIsEnforced(Row row) throws InterruptedException {
        Outcome outcome = table.outcome(row);
        RawResponse response = outcome.response;
        long expected = row.expected();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.complete()).isTrue();
        if (expected == 0) {
            assertThat(response.fields("Connection")).containsExactly("close");
            assertThat(response.fields("Keep-Alive")).isEmpty();
            assertThat(outcome.closed).isTrue();
            return;
        }
        assertThat(response.field("Keep-Alive").orElse(""))
                .as("%s", row)
                .matches(expected == 1000 ? "timeout=1(, max=\\d+)?" : "(max=\\d+)?");
        assertThat(outcome.closed).as("%s: closed", row).isEqualTo(expected != NONE);
        if (outcome.closed) {
            assertThat(outcome.after).as("%s", row).isGreaterThanOrEqualTo(Duration.ofMillis(expected));
        }
    }
}
