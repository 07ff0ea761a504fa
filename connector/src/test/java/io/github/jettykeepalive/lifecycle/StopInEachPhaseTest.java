package io.github.jettykeepalive.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.End;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.InBackground;
import io.github.jettykeepalive.testing.RawClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server is stopped while a connection is in each of its phases: as with stock Jetty, played beside it. */
class StopInEachPhaseTest {
    /**
     * What our end may take longer than stock Jetty's: a second for the client's next request, a window of a second in which idle
     * connections are closed, and a busy machine.
     */
    private static final long LONGER = 2900;

    private static Table<Row, Result> table;
    private static Log log;

    /** Where the connection is. */
    enum Where {
        NEW,
        WITHIN_THE_HEADER,
        /** A handler that never completes. */
        HANDLING,
        /** A handler that completes once the stop has begun. */
        HANDLING_AND_COMPLETED,
        HALF_WRITTEN,
        HALF_WRITTEN_AND_COMPLETED,
        IDLE,
        /** The client is silent, its side open. */
        LINGERING,
        /** The client goes on sending. */
        LINGERING_AND_SENDING
    }

    /** A row. */
    record Row(Where where, long stopTimeout) {}

    /** Both stops. */
    private record Result(Outcome stock, Outcome ours) {}

    /**
     * How one stop went.
     *
     * @param failure what {@code stop()} threw
     * @param response what the client got of a response that was completed
     */
    private record Outcome(
            @Nullable Class<?> failure, long millis, End end, String response, long open, boolean restarted) {}

    static Stream<Row> rows() {
        return Stream.of(Where.values())
                .flatMap(where -> Stream.of(0L, 3000L).map(stopTimeout -> new Row(where, stopTimeout)));
    }

    @BeforeAll
    static void begin() {
        log = new Log();
        // Pairs are begun together: what the machine is busy with is the same for both.
        table = new Table<>(rows(), 18, row -> {
            CompletableFuture<Outcome> stock = new CompletableFuture<>();
            new Thread(() -> complete(stock, Make.STOCK, row), Site.THREADS + "-stock").start();
            Outcome ours = play(Make.OURS, row);
            return new Result(stock.get(60, TimeUnit.SECONDS), ours);
        });
    }

    private static void complete(CompletableFuture<Outcome> outcome, Make make, Row row) {
        try {
            outcome.complete(play(make, row));
        } catch (Throwable failure) {
            outcome.completeExceptionally(failure);
        }
    }

    @AfterAll
    static void end() throws InterruptedException {
        table.close();
        log.close();
        Threads.expectNone();
    }

    private static Outcome play(Make make, Row row) throws Exception {
        Site site = new Site();
        ServerConnector connector = site.add(make.factory());
        site.server.setStopTimeout(row.stopTimeout);
        site.server.start();
        int port = connector.getLocalPort();
        try (var client = RawClient.connect(port).patience(Site.PATIENCE)) {
            Desk.Held held = bring(client, row.where, site, connector);
            CompletableFuture<?> sending = row.where == Where.LINGERING_AND_SENDING
                    ? client.sendInBackground(out -> {
                        while (true) {
                            out.write(new byte[1000]);
                            LockSupport.parkNanos(5_000_000);
                        }
                    })
                    : CompletableFuture.completedFuture(null);
            long begin = System.nanoTime();
            CompletableFuture<Throwable> stopping = InBackground.supply(() -> stop(site));
            boolean completes = row.where.name().endsWith("AND_COMPLETED");
            if (completes && held != null) {
                Eventually.await(
                        Site.PATIENCE, "the stop has begun", () -> connector.isShutdown() || !connector.isRunning());
                held.finish();
            }
            Throwable failure = stopping.get(60, TimeUnit.SECONDS);
            long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
            var rest = client.readToEof();
            Site.awaitNoSocket(port);
            if (make == Make.OURS) {
                Books.assertAllClosed(Site.ours(connector));
            }
            sending.get(60, TimeUnit.SECONDS);
            if (held != null && !completes) {
                held.finish();
            }
            return new Outcome(
                    failure == null ? null : failure.getClass(),
                    millis,
                    rest.end(),
                    completes && row.stopTimeout > 0 ? rest.text() : "",
                    site.census.opened() - site.census.closed(),
                    restart(site, connector));
        } finally {
            site.server.stop();
        }
    }

    private static @Nullable Throwable stop(Site site) {
        try {
            site.server.stop();
            return null;
        } catch (Exception failure) {
            return failure;
        }
    }

    private static boolean restart(Site site, ServerConnector connector) throws Exception {
        if (!site.server.isStopped()) {
            site.server.stop();
        }
        site.server.start();
        try (var client = RawClient.connect(connector.getLocalPort()).patience(Site.PATIENCE)) {
            return client.send(Ask.close(Desk.HELLO)).readResponse().status() == 200;
        } finally {
            site.server.setStopTimeout(0);
        }
    }

    /** Brings the connection where it is to be; the response that is held, if one is. */
    private static Desk.@Nullable Held bring(RawClient client, Where where, Site site, ServerConnector connector)
            throws Exception {
        Eventually.await(Site.PATIENCE, "it is open", site.census::opened, opened -> opened == 1);
        switch (where) {
            case NEW -> {}
            case WITHIN_THE_HEADER -> client.send("GET / HTTP/1.1\r\nHost:").awaitRead();
            case HANDLING, HANDLING_AND_COMPLETED -> {
                client.send(Ask.keep(Desk.HOLD));
                return site.desk.next();
            }
            case HALF_WRITTEN, HALF_WRITTEN_AND_COMPLETED -> {
                client.send(Ask.keep(Desk.HALF));
                return site.desk.next();
            }
            case IDLE -> client.send(Ask.keep(Desk.HELLO)).readResponse();
            default -> {
                client.send(Ask.close(Desk.HELLO)).readResponse();
                client.expectFin();
            }
        }
        return null;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void endsAsStockJettyDoes(Row row) throws InterruptedException {
        Result result = table.outcome(row);
        Outcome stock = result.stock;
        Outcome ours = result.ours;

        assertThat(ours.failure).as("thrown by stop(), %s", result).isEqualTo(stock.failure);
        assertThat(ours.millis).as("duration of stop(), %s", result).isLessThan(stock.millis + LONGER);
        assertThat(ours.end).as("end of the connection, %s", result).isNotEqualTo(End.TIMEOUT);
        assertThat(stock.end).isNotEqualTo(End.TIMEOUT);
        assertThat(ours.open)
                .as("Jetty's connections that are not closed, %s", result)
                .isEqualTo(stock.open);
        assertThat(ours.restarted).isTrue();
        if (!stock.response.isEmpty()) {
            assertThat(ours.response).startsWith("HTTP/1.1 200 OK").contains("hello".substring(2));
        }
    }
}
