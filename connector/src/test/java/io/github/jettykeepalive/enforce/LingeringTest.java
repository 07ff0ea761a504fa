package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.LingerPolicy;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.Eventually;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of connections that linger, and what their listeners hear. */
class LingeringTest {
    private static final int MOST = 100;

    private final Stage stage = new Stage(
            Stage.POLICY.withLinger(new LingerPolicy(true, Duration.ofHours(2), Duration.ofHours(1), 0, MOST)));

    private Actor lingering() {
        return lingering(new MemoryEndPoint(stage.clock, "127.0.0.1", Stage.IDLE_TIMEOUT));
    }

    private Actor lingering(MemoryEndPoint wire) {
        return lingering(stage, wire);
    }

    private static Actor lingering(Stage stage, MemoryEndPoint wire) {
        Actor actor = stage.accept(wire);
        actor.receive(Actor.HEADER);
        actor.startRequest();
        actor.finish(CloseReason.BODY_LEFT);
        return actor;
    }

    /** A client that drips for an hour must not keep in memory those that came after it and have gone. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void connectionThatEndsLeavesNothingBehindInWhateverOrder(long seed) {
        Actor dripping = lingering();
        List<Actor> others = new ArrayList<>();
        List<WeakReference<ManagedConnection>> gone = new ArrayList<>();
        for (int i = 0; i < MOST - 10; i++) {
            Actor other = lingering();
            others.add(other);
            gone.add(new WeakReference<>(other.connection));
        }
        Collections.shuffle(others, new Random(seed));
        for (Actor other : others) {
            other.wire.arriveFin().select();
        }
        others.clear();
        stage.advance(DeadlineSweep.TICK);

        assertThat(dripping.phase()).isEqualTo(Phase.LINGERING);
        assertThat(stage.manager.getLingering()).isEqualTo(1);
        // It, and the look at Jetty's limits while there is one.
        assertThat(stage.manager.sweep().size()).isEqualTo(2);
        Eventually.await(Duration.ofSeconds(10), "closed connections are garbage", () -> {
            System.gc();
            return gone.stream().allMatch(reference -> reference.get() == null);
        });
    }

    /** A client that goes on sending behind its response must not hold a graceful stop for all of its timeout. */
    @Test
    void gracefulStopGrantsASecondToThoseThatLingerAndToThoseThatBeginTo() {
        Actor before = lingering();
        Actor handling = stage.accept();
        handling.receive(Actor.HEADER);
        handling.startRequest();
        CompletableFuture<Void> done = stage.manager.shutdown();
        dripFor(900, before);
        assertThat(before.phase()).isEqualTo(Phase.LINGERING);
        handling.finish(CloseReason.DRAIN);
        dripFor(200, before, handling);
        assertThat(before.phase()).isEqualTo(Phase.CLOSED);
        assertThat(handling.phase()).isEqualTo(Phase.LINGERING);
        assertThat(done).isNotDone();

        dripFor(1000, handling);
        assertThat(handling.phase()).isEqualTo(Phase.CLOSED);
        assertThat(done).isCompleted();
    }

    @Test
    void boundThatIsLoweredHoldsForThoseThatLinger() {
        List<Actor> many = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            many.add(lingering());
        }
        stage.manager.setPolicy(Stage.POLICY.withLinger(Stage.POLICY.linger().withMaxLingering(3)));

        assertThat(stage.manager.getLingering()).isEqualTo(3);
        assertThat(many.subList(0, 7)).allMatch(actor -> actor.phase() == Phase.CLOSED);
        assertThat(many.subList(7, 10)).allMatch(actor -> actor.phase() == Phase.LINGERING);
    }

    /** H3: of a limit of Jetty's one place in eight is left to those that linger. */
    @Test
    void mostOfAReachedLimitIsForThoseThatAsk() {
        List<Actor> many = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            many.add(lingering());
        }
        assertThat(stage.manager.getLingering()).isEqualTo(16);
        stage.limits.add(new NetworkConnectionLimit(20) {
            @Override
            public int getNetworkConnectionCount() {
                return stage.manager.getOpen();
            }
        });
        for (int i = 0; i < 4; i++) {
            stage.accept();
        }
        assertThat(stage.manager.getLingering()).isEqualTo(2);
        assertThat(many.subList(14, 16)).allMatch(actor -> actor.phase() == Phase.LINGERING);
    }

    /** The same of ours, and no idle connection is shed before. */
    @Test
    void mostOfMaxConnectionsIsForThoseThatAsk() {
        Stage limited = new Stage(Stage.POLICY.withMaxConnections(16));
        Actor idle = limited.acceptIdle();
        for (int i = 0; i < 40; i++) {
            lingering(limited, new MemoryEndPoint(limited.clock, "127.0.0.1", Stage.IDLE_TIMEOUT));
        }
        assertThat(limited.manager.getOpen()).isEqualTo(16);
        assertThat(idle.finSent()).isFalse();
        for (int i = 0; i < 13; i++) {
            limited.accept();
        }
        assertThat(limited.manager.getOpen()).isEqualTo(16);
        assertThat(limited.manager.getLingering()).isEqualTo(2);
        assertThat(idle.finSent()).isFalse();
        limited.accept();
        assertThat(idle.finSent()).isTrue();
    }

    /** What one reads too much under a low rate is not to be paid for by those that come when the rate has changed. */
    @Test
    void debtIsForASecondAtMost() {
        Stage slow = new Stage(Stage.POLICY.withLinger(Stage.POLICY.linger().withMaxRate(1)));
        Actor flood = lingering(slow, new MemoryEndPoint(slow.clock, "127.0.0.1", Stage.IDLE_TIMEOUT));
        for (int i = 0; i < 40; i++) {
            flood.wire.arrive("x".repeat(60_000)).select();
        }
        assertThat(slow.manager.budget().isSpent()).isTrue();
        slow.manager.setPolicy(Stage.POLICY);
        slow.advance(1_100);
        assertThat(slow.manager.budget().isSpent()).isFalse();
    }

    /** Whose peer has gone is seen to have gone, and forgotten, whatever others have spent. */
    @Test
    void whoIsOnlyWaitedForPaysForNobody() {
        Stage slow = new Stage(Stage.POLICY.withLinger(Stage.POLICY.linger().withMaxRate(65_536)));
        Actor flood = lingering(slow, new MemoryEndPoint(slow.clock, "127.0.0.1", Stage.IDLE_TIMEOUT));
        for (int i = 0; i < 40; i++) {
            flood.wire.arrive("x".repeat(60_000)).select();
        }
        List<Actor> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Actor other = lingering(slow, new MemoryEndPoint(slow.clock, "127.0.0.1", Stage.IDLE_TIMEOUT));
            other.wire.arriveFin().select();
            others.add(other);
        }
        slow.advance(DeadlineSweep.TICK);
        assertThat(slow.manager.budget().isSpent()).isTrue();
        assertThat(others).allMatch(other -> other.phase() == Phase.CLOSED);
    }

    /** The limit that is reached may keep us from hearing of anything that could make room. */
    @Test
    void limitThatIsReachedElsewhereIsSeenInTime() {
        List<Actor> many = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            many.add(lingering());
        }
        stage.limits.add(new NetworkConnectionLimit(20) {
            @Override
            public int getNetworkConnectionCount() {
                return 20;
            }
        });
        stage.advance(300);
        assertThat(stage.manager.getLingering()).isEqualTo(2);
    }

    /** H2: nobody waits for a client to close first when the server goes down. */
    @Test
    void gracefulStopDoesNotWaitForClientsToCloseFirst() {
        Stage parting = new Stage(Stage.POLICY.withClientClosesFirst(Duration.ofSeconds(20)));
        Actor before = lingering(parting, new MemoryEndPoint(parting.clock, "127.0.0.1", Stage.IDLE_TIMEOUT));
        Actor handling = parting.accept();
        handling.receive(Actor.HEADER);
        handling.startRequest();
        assertThat(before.phase()).isEqualTo(Phase.PARTING);
        CompletableFuture<Void> done = parting.manager.shutdown();
        handling.finish(CloseReason.DRAIN);
        assertThat(handling.phase()).isEqualTo(Phase.LINGERING);
        for (int i = 0; i < 25; i++) {
            before.wire.arrive("x").select();
            handling.wire.arrive("x").select();
            parting.advance(50);
        }
        assertThat(done).isCompleted();
    }

    /** H5: a flood behind refusals is read no faster than all that linger may, and what waits its turn is not given up. */
    @Test
    void allThatLingerTogetherReadNoFasterThanTheyMay() {
        Stage slow = new Stage(Stage.POLICY.withLinger(Stage.POLICY.linger().withMaxRate(100_000)));
        List<Actor> floods = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            floods.add(lingering(slow, new MemoryEndPoint(slow.clock, "127.0.0.1", Stage.IDLE_TIMEOUT)));
        }
        String burst = "x".repeat(10_000);
        long before = slow.ledger.getBytesDiscarded();
        for (int i = 0; i < 200; i++) {
            for (Actor flood : floods) {
                flood.wire.arrive(burst).select();
            }
            slow.advance(50);
        }
        long discarded = slow.ledger.getBytesDiscarded() - before;
        assertThat(discarded).isBetween(900_000L, 1_300_000L);
        assertThat(floods).allMatch(flood -> flood.phase() == Phase.LINGERING);
        for (Actor flood : floods) {
            assertThat(((LingeringConnection) flood.wire.getConnection()).discarded())
                    .isGreaterThan(100_000);
        }
    }

    private void dripFor(long millis, Actor... actors) {
        for (int i = 0; i < millis; i += 50) {
            for (Actor actor : actors) {
                actor.wire.arrive("x").select();
            }
            stage.advance(50);
        }
    }

    /** When, in the middle of a take-over, the socket is closed from below: by a stop of the server, for one. */
    private enum Closed {
        BEFORE_THE_NEW_CONNECTION_IS_SET,
        AFTER_THE_NEW_CONNECTION_IS_SET,
        BY_THE_NEWCOMER_THAT_NEEDS_THE_PLACE,
    }

    @ParameterizedTest
    @EnumSource
    void listenersHearOfOneEnd(Closed when) {
        var heard = new AtomicInteger();
        var wire = new MemoryEndPoint(stage.clock, "127.0.0.1", Stage.IDLE_TIMEOUT) {
            @Override
            public void setConnection(Connection connection) {
                boolean takenOver = connection instanceof LingeringConnection;
                if (takenOver && when == Closed.BEFORE_THE_NEW_CONNECTION_IS_SET) {
                    close();
                }
                super.setConnection(connection);
                if (takenOver && when == Closed.AFTER_THE_NEW_CONNECTION_IS_SET) {
                    close();
                }
            }
        };
        Actor actor = stage.accept(wire);
        actor.addEventListener(new Connection.Listener() {
            @Override
            public void onClosed(Connection connection) {
                heard.incrementAndGet();
            }
        });
        actor.receive(Actor.HEADER);
        actor.startRequest();
        actor.finish(CloseReason.BODY_LEFT);
        if (when == Closed.BY_THE_NEWCOMER_THAT_NEEDS_THE_PLACE) {
            for (int i = 0; i < MOST; i++) {
                lingering();
            }
        }

        assertThat(wire.isOpen()).isFalse();
        assertThat(heard).hasValue(1);
        assertThat(actor.phase()).isEqualTo(Phase.CLOSED);
        int others = when == Closed.BY_THE_NEWCOMER_THAT_NEEDS_THE_PLACE ? MOST : 0;
        assertThat(stage.manager.getLingering()).isEqualTo(others);
    }

    /** Whoever needs the place takes it from those that linger, and this one does not yet: its listeners have not been told. */
    @Test
    void connectionIsNotResetWhileItIsTakenOver() {
        var heard = new AtomicInteger();
        var wire = new MemoryEndPoint(stage.clock, "127.0.0.1", Stage.IDLE_TIMEOUT) {
            @Override
            public void setConnection(Connection connection) {
                if (connection instanceof LingeringConnection) {
                    for (int i = 0; i <= MOST; i++) {
                        lingering();
                    }
                }
                super.setConnection(connection);
            }
        };
        Actor actor = stage.accept(wire);
        actor.addEventListener(new Connection.Listener() {
            @Override
            public void onClosed(Connection connection) {
                heard.incrementAndGet();
            }
        });
        actor.receive(Actor.HEADER);
        actor.startRequest();
        actor.finish(CloseReason.BODY_LEFT);

        assertThat(heard).hasValue(1);
        assertThat(actor.phase()).isEqualTo(Phase.LINGERING);
        assertThat(stage.manager.getLingering()).isEqualTo(MOST);
    }
}
