package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.LingerPolicy;
import io.github.jettykeepalive.policy.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The pairs that race when a connection ends, in each order. */
class EndingRacesTest {
    private static final long KEEP_ALIVE = 10_000;
    private static final long PARTING = 2000;

    private final Stage stage = new Stage(Stage.POLICY
            .withClientClosesFirst(Duration.ofMillis(PARTING))
            .withLinger(new LingerPolicy(true, Duration.ofSeconds(20), Duration.ofSeconds(5), 0, 100)));

    private Actor handling() {
        Actor actor = stage.accept();
        actor.receive(Actor.HEADER);
        actor.startRequest();
        return actor;
    }

    /** The beginning of a drain, and a connection that goes idle. */
    @Nested
    class DrainBegins {
        @Test
        void beforeTheConnectionGoesIdle() {
            Actor actor = handling();
            stage.manager.drain(0);
            actor.keep(KEEP_ALIVE);
            actor.await();

            assertLeaves(actor);
        }

        @Test
        void betweenIdleAndItsWait() {
            Actor actor = handling();
            actor.keep(KEEP_ALIVE);
            stage.manager.drain(0);
            stage.advance(100);
            actor.await();

            assertLeaves(actor);
        }

        @Test
        void afterTheConnectionWentIdle() {
            Actor actor = stage.acceptIdle();
            stage.manager.drain(0);

            assertLeaves(actor);
        }

        @Test
        void afterTheFirstByteOfTheNextRequest() {
            Actor actor = stage.acceptIdle();
            actor.receive("G");
            stage.manager.drain(0);
            stage.advance(100);

            assertThat(actor.phase()).isEqualTo(Phase.READING);
            assertThat(actor.startRequest()).isTrue();
        }

        @Test
        void beforeTheFirstByteOfTheNextRequest() {
            Actor actor = stage.acceptIdle();
            stage.manager.drain(0);
            actor.receive("G");
            stage.advance(100);

            assertThat(actor.phase()).isEqualTo(Phase.READING);
            assertThat(actor.startRequest()).isTrue();
        }

        private void assertLeaves(Actor actor) {
            stage.advance(100);
            assertThat(actor.finSent()).isTrue();
            assertThat(actor.startRequest()).isFalse();
            actor.wire.arriveFin().select();
            assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.DRAIN, 1L));
        }
    }

    /** The choice of the oldest idle connection, and its next request. */
    @Nested
    class Shedding {
        private final IdleShedder shedder = new IdleShedder(stage.manager::now);
        private final Actor oldest = stage.acceptIdle();

        private int shed() {
            return shedder.shed(List.of(oldest.connection), 1);
        }

        @Test
        void losesToTheFirstByte() {
            oldest.receive("G");

            assertThat(shed()).isZero();
            assertThat(oldest.startRequest()).isTrue();
        }

        @Test
        void losesToBytesThatAreBeingHandedOver() {
            oldest.wire.arrive("G").select();
            assertThat(shed()).isEqualTo(1);
            oldest.read();

            assertThat(oldest.startRequest()).isTrue();
            assertThat(oldest.connection.shed).as("the request is the last").isTrue();
        }

        @Test
        void winsOverBytesThatNobodyHasNoticed() {
            oldest.wire.arrive("G");
            assertThat(shed()).isEqualTo(1);
            oldest.wire.select();

            assertThat(oldest.startRequest()).isFalse();
            assertThat(oldest.finSent()).isTrue();
        }
    }

    /** The end of lingering, and what the peer still sends. */
    @Nested
    class LingerExpiry {
        private final Actor actor = stage.acceptIdle();

        private LingerExpiry() {
            stage.advance(KEEP_ALIVE + 50);
        }

        @Test
        void findsThatBytesCameFirst() {
            long seen = actor.connection.state();
            stage.advance(4000);
            actor.wire.arrive("late").select();

            actor.connection.due(stage.manager.now());
            assertThat(actor.connection.state()).isNotEqualTo(seen);
            assertThat(actor.phase()).isEqualTo(Phase.LINGERING);
            stage.advance(5100);
            assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.LINGER_EXPIRED, 1L));
        }

        @Test
        void comesBeforeTheBytes() {
            stage.advance(5100);

            assertThat(actor.wire.arrive("late").select()).isFalse();
            assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.LINGER_EXPIRED, 1L));
        }

        @Test
        void findsThatTheFinCameFirst() {
            actor.wire.arriveFin().select();
            stage.advance(6000);

            assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.IDLE, 1L));
        }

        @Test
        void looksForTheFinBeforeItGivesUp() {
            actor.wire.arriveFin();
            stage.advance(6000);
            actor.wire.select();

            assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.IDLE, 1L));
            assertThat(stage.manager.getLingering()).isZero();
        }
    }

    /** Our FIN after the time that the peer had for its own, and the peer's FIN. */
    @Nested
    class PartingExpiry {
        private final Actor actor = handling();

        private PartingExpiry() {
            actor.finish(CloseReason.MAX_REQUESTS);
            assertThat(actor.phase()).isEqualTo(Phase.PARTING);
        }

        @Test
        void findsThatThePeerClosedFirst() {
            assertThat(actor.finSent()).isFalse();
            actor.wire.arriveFin().select();
            stage.advance(PARTING + 50);

            assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.MAX_REQUESTS, 1L));
        }

        @Test
        void comesBeforeThePeersFin() {
            stage.advance(PARTING + 50);
            assertThat(actor.finSent()).isTrue();
            assertThat(actor.phase()).isEqualTo(Phase.LINGERING);
            actor.wire.arriveFin().select();

            assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.MAX_REQUESTS, 1L));
            assertThat(stage.manager.getLingering()).isZero();
        }

        @Test
        void comesWhileThePeersFinIsBeingHandled() {
            long seen = actor.connection.state();
            actor.connection.closed(CloseReason.PEER_GONE);
            new ConnectionEnding(actor.connection).stopParting(seen, stage.manager.now());

            assertThat(actor.phase()).isEqualTo(Phase.CLOSED);
            assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.MAX_REQUESTS, 1L));
        }
    }

    /** The end point's word that it is closed, and ours that it shall be. */
    @Nested
    class CloseListener {
        @Test
        void hearsOfAnEndThatIsCountedAlready() {
            Actor actor = handling();
            actor.connection.finish(CloseReason.ABORT, null);

            assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.ABORT, 1L));
        }

        @Test
        void countsAnEndThatNobodyElseCounts() {
            Actor actor = stage.acceptIdle();
            actor.wire.close();
            actor.connection.finish(CloseReason.IDLE, null);

            assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.PEER_GONE, 1L));
        }

        @Test
        void isTheLastWordOnAnEndThatHasBegun() {
            Actor actor = handling();
            actor.connection.end(CloseReason.CLIENT);
            actor.wire.close();

            assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.CLIENT, 1L));
        }
    }
}
