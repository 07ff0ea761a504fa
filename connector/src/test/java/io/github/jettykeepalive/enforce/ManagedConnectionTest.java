package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.LingerPolicy;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.policy.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.eclipse.jetty.io.EofException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a connection ends, to the millisecond: a deadline is met by the tick after it, never before. */
class ManagedConnectionTest {
    private static final long KEEP_ALIVE = 10_000;
    private static final long HEADER = 20_000;

    private Stage stage = new Stage(Stage.POLICY);

    /** The FIN is not sent before the deadline, and no more than a tick after it. */
    private void assertFinIn(long millis, Actor actor) {
        stage.advance(millis - 1);
        assertThat(actor.finSent()).isFalse();
        stage.advance(1 + DeadlineSweep.TICK);
        assertThat(actor.finSent()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 49, 50, 51, 12_345})
    void idleTimeoutIsMet(long begin) {
        Actor other = stage.accept();
        stage.advance(begin);
        Actor actor = stage.acceptIdle();

        assertFinIn(KEEP_ALIVE, actor);
        actor.wire.arriveFin().select();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.IDLE, 1L));
        assertThat(other.phase()).isEqualTo(Phase.NEW);
    }

    @Test
    void eachRequestBeginsAnotherWait() {
        Actor actor = stage.acceptIdle();
        for (int i = 0; i < 10; i++) {
            stage.advance(KEEP_ALIVE - 1);
            actor.serve();
        }

        assertFinIn(KEEP_ALIVE, actor);
    }

    @Test
    void handlingHasNoDeadline() {
        Actor actor = stage.accept();
        actor.receive(Actor.HEADER);
        actor.startRequest();
        stage.advance(100 * HEADER);

        assertThat(actor.phase()).isEqualTo(Phase.HANDLING);
    }

    /** Jetty 12.0 parses on behind a response that failed. */
    @Test
    void nothingIsServedBehindAResponseThatSaidClose() {
        Actor actor = stage.accept();
        actor.receive(Actor.HEADER);
        actor.startRequest();
        actor.connection.tenure.commit(Verdict.close(CloseReason.MAX_REQUESTS), true);
        actor.connection.close(new EofException());

        assertThat(actor.startRequest()).isFalse();
        assertThat(actor.connection.requestStarted()).isFalse();
        assertThat(actor.connection.requestStarted()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void headerTimeoutIsAbsolute(boolean first) {
        Actor actor = first ? stage.accept() : stage.acceptIdle();
        actor.receive("GET / HTTP/1.1\r\n");
        for (int i = 0; i < 19; i++) {
            actor.await();
            stage.advance(HEADER / 20);
            actor.receive("X-" + i + ": still here\r\n");
        }
        actor.await();

        assertFinIn(HEADER / 20, actor);
        assertThat(actor.wire.output()).startsWith("HTTP/1.1 408 ");
        assertThat(actor.phase()).isEqualTo(Phase.LINGERING);
        actor.wire.arriveFin().select();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.HEADER_TIMEOUT, 1L));
    }

    @Test
    void silenceBeforeTheFirstByteIsNotTheHeadersTime() {
        Actor actor = stage.accept();
        stage.advance(10 * HEADER);
        actor.receive("G");
        stage.advance(HEADER - 1);

        assertThat(actor.phase()).isEqualTo(Phase.READING);
        assertThat(actor.startRequest()).isTrue();
    }

    /** Jetty reads at once what it has accepted, and its selector may have closed that already. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stopIsTheReasonHoweverItIsNoticed(boolean first) {
        Actor actor = first ? stage.accept() : stage.acceptIdle();
        stage.stop();
        actor.wire.arriveFin();

        assertThat(actor.read()).isEqualTo(-1);
        actor.getEndPoint().shutdownOutput();
        actor.wire.close();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.DRAIN, 1L));
    }

    /** A crowd whose deadlines move all the time: whoever falls silent is closed in time, and nobody else. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void deadlinesAreMetHoweverTheyMove(long seed) {
        var random = new Random(seed);
        var crowd = new ArrayList<Actor>();
        var silentSince = new ArrayList<Long>();
        for (int i = 0; i < 200; i++) {
            crowd.add(stage.acceptIdle());
            silentSince.add(0L);
        }
        for (long now = 0; now < 60_000; now += 10) {
            for (int i = 0; i < crowd.size(); i++) {
                long silent = now - silentSince.get(i);
                if (crowd.get(i).finSent()) {
                    assertThat(silent).isGreaterThanOrEqualTo(KEEP_ALIVE);
                } else {
                    assertThat(silent).isLessThanOrEqualTo(KEEP_ALIVE + DeadlineSweep.TICK);
                    if (random.nextInt(400) == 0) {
                        crowd.get(i).serve();
                        silentSince.set(i, now);
                    }
                }
            }
            stage.advance(10);
        }
        assertThat(crowd).anyMatch(Actor::finSent).anyMatch(actor -> !actor.finSent());
    }

    /** A tick a second while there is something to watch: requests schedule nothing. */
    @Test
    void requestsScheduleNothing() {
        List<Actor> crowd = List.of(stage.acceptIdle(), stage.acceptIdle(), stage.acceptIdle());
        long before = stage.scheduler.scheduled();
        for (int i = 0; i < 1000; i++) {
            crowd.forEach(Actor::serve);
        }
        assertThat(stage.scheduler.scheduled()).isEqualTo(before);
        assertThat(stage.scheduler.pending()).isEqualTo(1);

        stage.advance(1000);
        assertThat(stage.scheduler.scheduled()).isEqualTo(before + 1);
    }

    @Test
    void nothingTicksWhileNobodyIsThere() {
        assertThat(stage.scheduler.pending()).isZero();
        Actor actor = stage.acceptIdle();
        stage.advance(KEEP_ALIVE + 50);
        actor.wire.arriveFin().select();
        stage.advance(100);

        assertThat(stage.scheduler.pending()).isZero();
        assertFinIn(KEEP_ALIVE, stage.acceptIdle());
    }

    /** The client was not told to close first, so there is nothing to wait for. */
    @Test
    void idleTimeoutSendsItsFinAtOnceEvenIfClientsCloseFirst() {
        stage = new Stage(Stage.POLICY.withClientClosesFirst(Duration.ofSeconds(2)));

        assertFinIn(KEEP_ALIVE, stage.acceptIdle());
    }

    @Test
    void partingIsBoundedHoweverMuchThePeerSends() {
        stage = new Stage(Stage.POLICY.withClientClosesFirst(Duration.ofSeconds(2)));
        Actor actor = stage.accept();
        actor.receive(Actor.HEADER);
        actor.startRequest();
        actor.finish(CloseReason.MAX_REQUESTS);
        for (int i = 0; i < 19; i++) {
            stage.advance(100);
            actor.wire.arrive(Actor.HEADER).select();
        }

        assertFinIn(100, actor);
        assertThat(actor.startRequest()).isFalse();
        assertThat(stage.ledger.getBytesDiscarded()).isEqualTo(19L * Actor.HEADER.length());
    }

    @Test
    void lingeringIsBoundedInAllAndInItsGaps() {
        stage = new Stage(
                Stage.POLICY.withLinger(new LingerPolicy(true, Duration.ofSeconds(12), Duration.ofSeconds(5), 0, 100)));
        Actor silent = stage.acceptIdle();
        Actor talking = stage.acceptIdle();
        stage.advance(KEEP_ALIVE + 4000);
        talking.wire.arrive("late").select();
        stage.advance(1050);
        assertThat(silent.wire.isOpen()).isFalse();
        stage.advance(2950);
        talking.wire.arrive("late").select();
        stage.advance(3950);
        talking.wire.arrive("late").select();
        assertThat(talking.wire.isOpen()).isTrue();
        stage.advance(100);

        assertThat(talking.wire.isOpen()).isFalse();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.LINGER_EXPIRED, 2L));
    }
}
