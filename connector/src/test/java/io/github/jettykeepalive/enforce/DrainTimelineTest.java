package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When connections leave in a drain. */
class DrainTimelineTest {
    private final Stage stage = new Stage(Stage.POLICY);

    private List<Actor> idle(int count) {
        return Stream.generate(stage::acceptIdle).limit(count).toList();
    }

    private static long left(List<Actor> crowd) {
        return crowd.stream().filter(Actor::finSent).count();
    }

    @Test
    void idleOnesLeaveSpreadOverTheWindow() {
        List<Actor> crowd = idle(1000);
        stage.advance(2000);
        CompletableFuture<Void> done = stage.manager.drain(5000);

        for (int tenth = 1; tenth <= 10; tenth++) {
            assertThat(done).isNotDone();
            stage.advance(tenth < 10 ? 500 : 500 + DeadlineSweep.TICK);
            List<Actor> leaving = crowd.stream()
                    .filter(actor -> actor.finSent() && actor.wire.isOpen())
                    .toList();
            assertThat(leaving).as("tenth %d of the window", tenth).hasSizeBetween(40, 160);
            leaving.forEach(actor -> actor.wire.arriveFin().select());
        }

        assertThat(done).isCompleted();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.DRAIN, 1000L));
    }

    @Test
    void withoutAWindowTheyLeaveAtOnce() {
        List<Actor> crowd = idle(100);
        stage.manager.drain(0);
        stage.advance(DeadlineSweep.TICK);

        assertThat(left(crowd)).isEqualTo(100);
    }

    /** It may be writing its next request already, so it is told by a response, or later. */
    @Test
    void whoWasJustAnsweredGetsASecond() {
        stage.advance(5000);
        List<Actor> crowd = idle(100);
        stage.manager.drain(100);
        stage.advance(999);
        assertThat(left(crowd)).isZero();
        stage.advance(1 + DeadlineSweep.TICK);

        assertThat(left(crowd)).isEqualTo(100);
    }

    @Test
    void nobodyStaysLongerThanTheKeepAliveTimeout() {
        List<Actor> crowd = idle(100);
        stage.manager.drain(1_000_000);
        for (int second = 1; second <= 10; second++) {
            stage.advance(second < 10 ? 1000 : 1000 + DeadlineSweep.TICK);
            crowd.stream()
                    .filter(Actor::finSent)
                    .forEach(actor -> actor.wire.arriveFin().select());
        }

        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.DRAIN, 100L));
    }

    @Test
    void thoseWhoNeverAskedAnythingLeaveToo() {
        Actor silent = stage.accept();
        stage.advance(2000);
        stage.manager.drain(1000);
        stage.advance(1000 + DeadlineSweep.TICK);

        assertThat(silent.finSent()).isTrue();
        assertThat(silent.wire.output()).isEmpty();
    }

    @Test
    void whoGoesIdleDuringTheDrainLeavesToo() {
        Actor actor = stage.accept();
        actor.receive(Actor.HEADER);
        actor.startRequest();
        stage.manager.drain(3000);
        stage.advance(2000);
        actor.keep(10_000);
        actor.await();
        assertThat(actor.phase()).isEqualTo(Phase.IDLE);
        stage.advance(1000 + DeadlineSweep.TICK);

        assertThat(actor.finSent()).isTrue();
    }

    /** It may ask once, but not wait for ever: the drain waits for it. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1000})
    void whoComesDuringTheDrainAndSaysNothingLeavesToo(long spread) {
        stage.acceptIdle();
        CompletableFuture<Void> done = stage.manager.drain(spread);
        stage.advance(2000);
        Actor asks = stage.accept();
        Actor silent = stage.accept();
        stage.advance(500);
        assertThat(silent.finSent()).isFalse();
        asks.receive(Actor.HEADER);
        assertThat(asks.startRequest()).isTrue();
        asks.finish(CloseReason.DRAIN);
        stage.advance(500 + DeadlineSweep.TICK);

        assertThat(silent.finSent()).isTrue();
        assertThat(done).isNotDone();
    }

    /** Those that were told to leave still do: they may have seen the close. */
    @Test
    void resumeKeepsTheOthers() {
        List<Actor> told = idle(10);
        stage.advance(2000);
        CompletableFuture<Void> done = stage.manager.drain(1000);
        stage.manager.resume();
        assertThat(done).isCancelled();
        assertThat(stage.manager.isDraining()).isFalse();
        Actor later = stage.acceptIdle();
        stage.advance(1000 + DeadlineSweep.TICK);

        assertThat(told).allMatch(Actor::finSent);
        assertThat(later.finSent()).isFalse();
    }

    @Test
    void drainOfAnEmptyServerIsDone() {
        assertThat(stage.manager.drain(10_000)).isCompleted();
    }

    @Test
    void drainThatGoesOnIsTheSameDrain() {
        stage.acceptIdle();

        assertThat(stage.manager.drain(1000)).isSameAs(stage.manager.drain(0)).isNotDone();
    }

    /** A server that was drained, but is still there, takes connections; a later drain waits for them. */
    @Test
    void drainAfterADrainWaitsForWhoHasComeSince() {
        stage.manager.drain(0);
        Actor late = stage.accept();
        CompletableFuture<Void> again = stage.manager.drain(0);
        assertThat(again).isNotDone();
        stage.advance(2000);
        late.wire.arriveFin().select();

        assertThat(again).isCompleted();
    }

    /** Another protocol's connection does not count, whenever it becomes one. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void upgradedConnectionsDoNotCount(boolean before) {
        Actor actor = stage.accept();
        actor.receive(Actor.HEADER);
        actor.startRequest();
        if (before) {
            actor.getEndPoint().upgrade(actor.another());
        }
        CompletableFuture<Void> done = stage.manager.drain(0);
        if (!before) {
            actor.getEndPoint().upgrade(actor.another());
        }

        assertThat(done).isCompleted();
    }

    /** Nor does one whose protocol is spoken within the exchange, until that is over: its client may still send. */
    @Test
    void connectionWhoseOtherProtocolIsOverCountsAgain() {
        Actor actor = stage.accept();
        actor.receive(Actor.HEADER);
        actor.startRequest();
        actor.connection.leaveHttp();
        assertThat(stage.manager.drain(0)).isCompleted();
        stage.manager.resume();

        actor.connection.end(CloseReason.BODY_LEFT);
        CompletableFuture<Void> done = stage.manager.drain(0);
        assertThat(done).isNotDone();
        actor.wire.close();

        assertThat(done).isCompleted();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.UPGRADE, 1L));
    }

    @Test
    void windowOutOfRangeBeginsNothing() {
        for (long spread : new long[] {-1, Integer.MAX_VALUE + 1L, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> stage.manager.drain(spread))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("spread: " + spread + " ms (expected: 0 ms to 2147483647 ms)");
            assertThat(stage.manager.isDraining()).isFalse();
        }
        stage.acceptIdle();
        stage.manager.drain(Integer.MAX_VALUE);
        assertThat(stage.manager.isDraining()).isTrue();
    }

    /** Who typed a spread that is too long can take it back. */
    @Test
    void drainThatWasTakenBackIsNoLongerWaitedFor() {
        Actor idle = stage.acceptIdle();
        stage.advance(1_500);
        var unused = stage.manager.drain(3_600_000);
        stage.manager.resume();
        var done = stage.manager.drain(0);
        stage.advance(100);
        assertThat(idle.finSent()).isTrue();
        idle.wire.arriveFin().select();
        assertThat(done).isCompleted();
    }

    /** What depends on the end of a drain may block, and must not do so on a thread that all connections need. */
    @Test
    void endIsToldByTheExecutorOfTheConnector() {
        var tasks = new ArrayDeque<Runnable>();
        var manager =
                new ConnectionManager(Stage.POLICY, new ConnectionLedger(), stage.scheduler, tasks::add, stage.clock);

        CompletableFuture<Void> done = manager.drain(0);
        assertThat(done).isNotDone();
        tasks.remove().run();
        assertThat(done).isCompleted();
    }
}
