package io.github.jettykeepalive.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.InBackground;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One factory that two connectors share, of one server or of two: whatever is done to the one, the other is in service as if
 * it had the factory for itself.
 */
class SharedFactoryTest {
    private static final long STOP_TIMEOUT = 20_000;

    private static final Queue<Play> PLAYS = new ConcurrentLinkedQueue<>();

    private static Table<Row, Play> table;
    private static Log log;

    /** What the two connectors have in common. */
    enum Sharing {
        SERVER_AND_FACTORY,
        FACTORY,
        /** As a measure of the test itself. */
        SERVER
    }

    /**
     * A row.
     *
     * @param steps one after the other: {@code A-} stops A, {@code A~} stops it gracefully, {@code A+} starts it, {@code A^}
     *     removes its connector from its server and adds it again
     */
    record Row(Make make, Sharing sharing, String steps) {}

    private static final List<String> STEPS = List.of(
            "A-",
            "A~",
            "B~",
            "A- A+ B-",
            "A^ B-",
            "B- A- B+ A+",
            // From here on ours alone.
            "A- A+ B- B+",
            "A- B- A+ B+",
            "B- B+ A- A+",
            "B- A~ B+",
            "A^ B^");

    static Stream<Row> rows() {
        return Stream.of(
                        rows(Make.STOCK, Sharing.SERVER_AND_FACTORY, 6),
                        rows(Make.STOCK, Sharing.FACTORY, 6),
                        rows(Make.OURS, Sharing.SERVER_AND_FACTORY, STEPS.size()),
                        rows(Make.OURS, Sharing.FACTORY, STEPS.size()),
                        rows(Make.OURS, Sharing.SERVER, 4))
                .flatMap(rows -> rows);
    }

    private static Stream<Row> rows(Make make, Sharing sharing, int count) {
        return STEPS.stream().limit(count).map(steps -> new Row(make, sharing, steps));
    }

    @BeforeAll
    static void begin() {
        log = new Log();
        table = new Table<>(rows(), 40, row -> new Play(row).run());
    }

    @AfterAll
    static void end() throws Exception {
        table.close();
        for (Play play : PLAYS) {
            play.stop();
        }
        log.close();
        Threads.expectNone();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void otherConnectorIsInServiceWhateverIsDoneToTheOne(Row row) throws InterruptedException {
        assertThat(table.outcome(row).row).isEqualTo(row);
    }

    /** While the connectors still run. */
    @Test
    void nothingOfAClosedConnectionStaysBehind() throws InterruptedException {
        Map<Census, Integer> most = new HashMap<>();
        for (Row row : (Iterable<Row>) rows()::iterator) {
            Play play = table.outcome(row);
            for (Unit unit : List.of(play.a, play.b)) {
                most.put(unit.site.census, 2 + row.steps.length() / 2);
            }
        }
        Census.awaitForgotten(most);
    }

    /** One connector, and what is stopped and started: itself, or its server. */
    private record Unit(Site site, ServerConnector connector, LifeCycle whole) {
        boolean isInService() {
            return connector.isRunning();
        }

        void removeAndAdd() throws Exception {
            site.server.removeConnector(connector);
            connector.stop();
            site.server.addConnector(connector);
            connector.start();
        }

        /** Begins the graceful end. */
        CompletableFuture<?> stopGracefully() {
            if (whole instanceof Server server) {
                server.setStopTimeout(STOP_TIMEOUT);
                return InBackground.run(this::stop);
            }
            CompletableFuture<Void> done = connector.shutdown();
            return done.thenRun(this::stop);
        }

        private void stop() {
            try {
                whole.stop();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    /** The play of one row. */
    private static final class Play {
        private final Row row;
        private final Unit a;
        private final Unit b;

        Play(Row row) {
            this.row = row;
            HttpConnectionFactory factory = row.make.factory(Probe::settings);
            Site first = new Site();
            a = unit(first, factory);
            b = switch (row.sharing) {
                case SERVER_AND_FACTORY -> unit(first, factory);
                case FACTORY -> unit(new Site(), factory);
                case SERVER -> unit(first, row.make.factory(Probe::settings));
            };
        }

        private Unit unit(Site site, HttpConnectionFactory factory) {
            ServerConnector connector = site.add(factory);
            return new Unit(site, connector, row.sharing == Sharing.FACTORY ? site.server : connector);
        }

        Play run() throws Exception {
            PLAYS.add(this);
            a.site.server.start();
            b.site.server.start();
            for (String step : row.steps.split(" ", -1)) {
                takeStep(step.charAt(0) == 'A' ? a : b, step.charAt(0) == 'A' ? b : a, step.charAt(1));
                assertBooks();
            }
            for (Unit unit : List.of(a, b)) {
                if (unit.isInService()) {
                    Probe.open(row.make, unit.connector, unit.site.desk).expectInService();
                }
            }
            assertBooks();
            return this;
        }

        private void takeStep(Unit one, Unit other, char what) throws Exception {
            List<Probe> toBeClosed = new ArrayList<>();
            if (one.isInService()) {
                toBeClosed.add(Probe.open(row.make, one.connector, one.site.desk));
            }
            List<Probe> inService = new ArrayList<>();
            if (other.isInService()) {
                inService.add(Probe.open(row.make, other.connector, other.site.desk));
            }
            switch (what) {
                case '-' -> one.whole.stop();
                case '+' -> one.whole.start();
                case '^' -> one.removeAndAdd();
                default -> stopGracefully(one, toBeClosed.get(0), inService);
            }
            for (Probe probe : inService) {
                probe.expectInService();
            }
            for (Probe probe : toBeClosed) {
                probe.expectClosed();
            }
        }

        /** The graceful end has to wait for one response of its own; the other connector knows nothing of it. */
        private void stopGracefully(Unit one, Probe probe, List<Probe> inService) throws Exception {
            CompletableFuture<?> stopped = one.stopGracefully();
            Eventually.await(Site.PATIENCE, "the end has begun", one.connector::isShutdown);
            for (Probe other : inService) {
                other.expectInService();
            }
            inService.clear();
            Unit rest = one == a ? b : a;
            if (rest.isInService()) {
                inService.add(Probe.open(row.make, rest.connector, rest.site.desk));
            }
            long released = System.nanoTime();
            probe.finishBusy();
            stopped.get(2 * STOP_TIMEOUT, TimeUnit.MILLISECONDS);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - released))
                    .as("a graceful end does not wait for the other's connections")
                    .isLessThan(STOP_TIMEOUT / 2);
        }

        private void assertBooks() {
            if (row.make == Make.STOCK) {
                return;
            }
            for (Unit unit : List.of(a, b)) {
                Books.assertAllClosed(Site.ours(unit.connector));
            }
        }

        private void stop() throws Exception {
            a.site.server.stop();
            b.site.server.stop();
        }
    }
}
