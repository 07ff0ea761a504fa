package io.github.jettykeepalive.lifecycle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.End;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.Rest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each setting is changed by JMX between every two steps of an exchange, to one end of its range and to the other: the response
 * is complete, what it has announced is kept, and no exception is thrown anywhere.
 */
class SettingsChangedMidExchangeTest {
    /** A client asks again when it has this left of what was announced to it. */
    private static final Duration LEFT = Duration.ofMillis(150);

    private static final Duration BRIEFLY = Duration.ofMillis(5);

    private static final long KEEP_ALIVE = 1500;
    private static final long MARGIN = 100;

    private static Table<Row, Row> table;
    private static Log log;

    /** When the setting is changed. */
    enum Moment {
        BEFORE_THE_HEADER,
        WITHIN_THE_HEADER,
        WHEN_THE_HANDLER_HAS_STARTED,
        BETWEEN_COMMIT_AND_COMPLETION,
        WHILE_IDLE,
        WHILE_LINGERING
    }

    /** A row. */
    record Row(String setting, Object value, Moment moment) {}

    private static Stream<Row> changes(String setting, Object... values) {
        return Stream.of(values)
                .flatMap(value -> Stream.of(Moment.values()).map(moment -> new Row(setting, value, moment)));
    }

    static Stream<Row> rows() {
        return Stream.of(
                        changes("maxRequests", 1, 0),
                        changes("keepAliveTimeout", 0L, -1L, 101L, 31_536_000_000L),
                        changes("keepAliveHeader", "NEVER", "ALWAYS"),
                        changes("advertiseMargin", 0L, 1499L),
                        changes("honorClientKeepAlive", false),
                        changes("maxAge", 1L),
                        changes("maxAgeJitter", 100),
                        changes("requestHeaderTimeout", 0L, 1L),
                        changes("lingeringClose", false),
                        changes("lingerTimeout", 600L, 31_536_000_000L),
                        changes("lingerIdleTimeout", 1L, 30_000L),
                        changes("lingerMaxBytes", 1L),
                        changes("lingerMaxRate", 1L),
                        changes("maxLingering", 1),
                        changes("abortWithReset", false),
                        changes("http10KeepAlive", false),
                        changes("http10RelayGuard", false),
                        changes("http10StatusLine", true),
                        changes("closeOnStatus", "200"),
                        changes("clientRules", "\"Tester\" NO_KEEP_ALIVE", "\"Tester\" DOWNGRADE_1_0"),
                        changes("maxConnectionsPerClient", 1),
                        changes("clientPrefix4", 0),
                        changes("clientPrefix6", 0),
                        changes("clientExempt", "127.0.0.1"),
                        changes("maxConnections", 1),
                        changes("clientClosesFirst", 1L, 500L))
                .flatMap(rows -> rows);
    }

    @BeforeAll
    static void begin() {
        log = new Log();
        table = new Table<>(rows(), 24, row -> {
            new Exchange(row).play();
            return row;
        });
    }

    @AfterAll
    static void end() throws InterruptedException {
        table.close();
        log.close();
        Threads.expectNone();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatIsPromisedIsKept(Row row) throws InterruptedException {
        assertThat(table.outcome(row)).isEqualTo(row);
    }

    /** One exchange on a server of its own. */
    private static final class Exchange {
        private static final String ASKS = "User-Agent: Tester\r\nConnection: keep-alive";

        private final Row row;
        private final Site site = new Site();
        private final ServerConnector connector;
        private final Jmx console;

        Exchange(Row row) {
            this.row = row;
            connector = site.add(Make.OURS.factory(factory -> {
                factory.setKeepAliveTimeout(KEEP_ALIVE);
                factory.setAdvertiseMargin(MARGIN);
                factory.setLingerIdleTimeout(500);
            }));
            console = new Jmx(Site.ours(connector));
        }

        void play() throws Exception {
            site.server.start();
            try (var client = RawClient.connect(connector.getLocalPort()).patience(Site.PATIENCE)) {
                if (row.moment == Moment.WHILE_LINGERING) {
                    linger(client);
                } else {
                    exchange(client);
                }
                client.close();
                Site.awaitNoSocket(connector.getLocalPort());
                Books.assertAllClosed(Site.ours(connector));
                assertThat(console.get(row.setting)).asString().isNotNull();
            } finally {
                site.server.stop();
            }
        }

        private void change() throws Exception {
            console.set(row.setting, row.value);
        }

        private void exchange(RawClient client) throws Exception {
            if (row.moment == Moment.BEFORE_THE_HEADER) {
                change();
            }
            boolean half = row.moment == Moment.BETWEEN_COMMIT_AND_COMPLETION;
            String request = Ask.get(half ? Desk.HALF : Desk.HOLD, ASKS);
            if (row.moment == Moment.WITHIN_THE_HEADER) {
                client.send(request.substring(0, 20)).awaitRead();
                Eventually.await(
                        Site.PATIENCE,
                        "the header has begun",
                        () -> Site.ours(connector).getLedger().count(Phase.READING) == 1);
                change();
                client.send(request.substring(20));
            } else {
                client.send(request);
            }
            Desk.Held held = next(client);
            if (held == null) {
                return;
            }
            if (row.moment == Moment.WHEN_THE_HANDLER_HAS_STARTED || half) {
                change();
            }
            long completed = System.nanoTime();
            held.finish();
            RawResponse response = client.readResponse();
            if (row.moment == Moment.WHILE_IDLE) {
                Eventually.await(
                        Site.PATIENCE, "it is idle", Site.ours(connector).getLedger()::getIdle, idle -> idle == 1);
                change();
            }
            assertComplete(response);
            assertKept(client, response, completed);
        }

        /** The request that is held, unless its header was refused for being slow, which the change allows. */
        private Desk.@Nullable Held next(RawClient client) throws InterruptedException {
            if (row.setting.equals("requestHeaderTimeout") && row.value.equals(1L) && row.moment.ordinal() <= 1) {
                // It is a matter of a millisecond which of the two it is.
                Eventually.await(
                        Site.PATIENCE,
                        "it is held or refused",
                        () -> site.desk.isHolding() || client.patience(BRIEFLY).isAnythingToCome());
                client.patience(Site.PATIENCE);
                if (!site.desk.isHolding()) {
                    assertThat(client.readResponse().status()).isEqualTo(408);
                    client.expectFin();
                    return null;
                }
            }
            return site.desk.next();
        }

        private static void assertComplete(RawResponse response) {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("hello");
            assertThat(response.complete()).isTrue();
        }

        /** A client that was told how long the connection is kept asks again shortly before that, and is served. */
        private void assertKept(RawClient client, RawResponse response, long completed) throws Exception {
            if (response.fields("Connection").contains("close")) {
                assertThat(response.fields("Keep-Alive")).isEmpty();
                client.expectFin();
                return;
            }
            long seconds = response.fields("Keep-Alive").stream()
                    .flatMap(value -> Stream.of(value.split(", ")))
                    .filter(part -> part.startsWith("timeout="))
                    .mapToLong(part -> Math.min(1, Long.parseLong(part.substring("timeout=".length()))))
                    .findAny()
                    .orElse(0);
            if (seconds == 0) {
                return;
            }
            Duration promised = Duration.ofSeconds(seconds);
            // What is promised after the change follows it; there is no need to wait for that.
            Duration wait = isPromisedBefore() ? promised.minus(LEFT).minus(since(completed)) : Duration.ofMillis(-1);
            boolean open = wait.isNegative()
                    || wait.isZero()
                    || client.patience(wait).readToEof().equals(new Rest("", End.TIMEOUT));
            client.patience(Site.PATIENCE);
            if (!open) {
                assertThat(since(completed))
                        .as("closed, having said %s", response.fields("Keep-Alive"))
                        .isGreaterThan(promised);
                return;
            }
            client.sendInBackground(out -> out.write(Ask.get(Desk.HELLO, ASKS).getBytes(US_ASCII)))
                    .join();
            // A client that was not in time, on a busy machine, was promised nothing.
            if (since(completed).compareTo(promised) < 0) {
                assertComplete(client.readResponse());
            }
        }

        private boolean isPromisedBefore() {
            return row.moment == Moment.BETWEEN_COMMIT_AND_COMPLETION || row.moment == Moment.WHILE_IDLE;
        }

        private static Duration since(long nanoTime) {
            return Duration.ofNanos(System.nanoTime() - nanoTime);
        }

        /** What has begun to linger goes on: the client sends the rest of its content, reads the response, and closes. */
        private void linger(RawClient client) throws Exception {
            KeepAliveConnectionFactory factory = Site.ours(connector);
            client.send(Ask.request("POST " + Desk.REFUSE + " HTTP/1.1", "Content-Length: 100000"));
            client.send("x".repeat(1000));
            Eventually.await(Site.PATIENCE, "it lingers", factory::getLingering, lingering -> lingering == 1);
            change();
            client.send("x".repeat(99_000)).halfClose();
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.complete()).isTrue();
            assertThat(response.fields("Connection")).isEqualTo(List.of("close"));
            client.expectFin();
        }
    }
}
