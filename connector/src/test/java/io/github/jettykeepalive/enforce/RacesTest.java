package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The pairs that race, in each order. What is left to chance here is nothing; {@link RaceStressTest} leaves it all. */
class RacesTest {
    private static final long KEEP_ALIVE = 10_000;

    private final Stage stage = new Stage(Stage.POLICY);

    private static void assertServed(Actor actor) {
        assertThat(actor.startRequest()).isTrue();
        actor.keep(KEEP_ALIVE);
        actor.await();
        assertThat(actor.phase()).isEqualTo(Phase.IDLE);
        assertThat(actor.finSent()).isFalse();
        assertThat(actor.wire.isFillInterested()).isTrue();
    }

    private void assertNeverAccepted(Actor actor, CloseReason reason) {
        assertThat(actor.startRequest()).isFalse();
        assertThat(actor.finSent()).isTrue();
        assertThat(actor.phase()).isEqualTo(Phase.LINGERING);
        actor.wire.arriveFin().select();
        assertThat(stage.closes()).isEqualTo(Map.of(reason, 1L));
        assertThat(stage.manager.getLingering()).isZero();
        assertThat(actor.failures).isEmpty();
    }

    /** The idle timeout, and the first byte of a request. */
    @Nested
    class IdleExpiry {
        private final Actor actor = stage.acceptIdle();
        private final long seen = actor.connection.state();

        @Test
        void findsThatTheByteCameFirst() {
            actor.receive("G");

            assertThat(actor.connection.gate.claim(seen, CloseReason.IDLE)).isFalse();
            assertServed(actor);
        }

        @Test
        void comesBetweenTheSelectorAndTheRead() {
            actor.wire.arrive("G").select();
            assertThat(actor.connection.gate.claim(seen, CloseReason.IDLE)).isTrue();

            assertThat(actor.read()).isEqualTo(1);
            assertServed(actor);
        }

        @Test
        void comesBetweenTheArrivalAndTheSelector() {
            actor.wire.arrive("G");
            assertThat(actor.connection.gate.claim(seen, CloseReason.IDLE)).isTrue();

            actor.wire.select();
            assertThat(actor.handedOver).isEqualTo(1); // for the first request
            assertNeverAccepted(actor, CloseReason.IDLE);
        }

        @Test
        void comesBeforeTheByte() {
            assertThat(actor.connection.gate.claim(seen, CloseReason.IDLE)).isTrue();

            actor.wire.arrive("G");
            assertThat(actor.read()).as("as if closed").isEqualTo(-1);
            actor.wire.select();
            assertNeverAccepted(actor, CloseReason.IDLE);
        }

        /** TLS: there was something to read on the socket, but nothing for us. */
        @Test
        void isCarriedOutIfTheSelectorHandedOverNothing() {
            actor.wire.getFillInterest().fillable();
            assertThat(actor.connection.gate.claim(seen, CloseReason.IDLE)).isTrue();
            assertThat(actor.read()).isZero();
            actor.await();

            assertNeverAccepted(actor, CloseReason.IDLE);
        }
    }

    /** The end of a wait, and its beginning. */
    @Nested
    class Claim {
        private final Actor actor = stage.accept();

        private void answerWithoutWaiting() {
            actor.receive(Actor.HEADER);
            actor.startRequest();
            actor.keep(KEEP_ALIVE);
        }

        @Test
        void madeBeforeTheWaitEndsIt() {
            answerWithoutWaiting();
            assertThat(actor.connection.gate.claim(actor.connection.state(), CloseReason.SHED))
                    .isTrue();
            assertThat(actor.phase()).isEqualTo(Phase.CLAIMED);
            actor.await();

            assertNeverAccepted(actor, CloseReason.SHED);
        }

        @Test
        void madeAfterTheWaitEndsIt() {
            answerWithoutWaiting();
            actor.await();
            assertThat(actor.connection.gate.claim(actor.connection.state(), CloseReason.SHED))
                    .isTrue();

            assertNeverAccepted(actor, CloseReason.SHED);
        }

        @Test
        void madeBeforeAPipelinedRequestLosesToIt() {
            answerWithoutWaiting();
            actor.connection.gate.claim(actor.connection.state(), CloseReason.SHED);

            assertServed(actor);
        }

        /** The claim is made, its interrupt is late: the wait it meant is over, another has begun. */
        @Test
        void lateInterruptLeavesTheNextWaitAlone() {
            answerWithoutWaiting();
            actor.await();
            interruptLate();

            assertThat(actor.phase()).isEqualTo(Phase.IDLE);
            actor.receive("G");
            assertThat(actor.handedOver).isEqualTo(2);
            assertServed(actor);
        }

        @Test
        void lateInterruptLeavesAWaitForContentAlone() {
            actor.receive(Actor.HEADER);
            actor.startRequest();
            assertThat(actor.awaitContent()).isTrue();
            interruptLate();

            assertThat(actor.receive("content")).isEqualTo(7);
            assertThat(actor.handedOver).isEqualTo(2);
        }

        @Test
        void lateInterruptLeavesLingeringAlone() {
            answerWithoutWaiting();
            actor.await();
            actor.connection.gate.claim(actor.connection.state(), CloseReason.IDLE);
            interruptLate();

            assertNeverAccepted(actor, CloseReason.IDLE);
        }

        @Test
        void lateInterruptLeavesAnotherProtocolAlone() {
            actor.receive(Actor.HEADER);
            actor.startRequest();
            actor.getEndPoint().upgrade(actor.another());
            actor.await();
            interruptLate();

            assertThat(actor.wire.arrive("frame").select()).isTrue();
            assertThat(actor.handedOver).isEqualTo(2);
            assertThat(actor.failures).isEmpty();
            assertThat(actor.phase()).isEqualTo(Phase.UPGRADED);
        }

        private void interruptLate() {
            assertThat(actor.wire.getFillInterest().onFail(new ReadGate.Claim()))
                    .isTrue();
        }
    }

    /** The end of a header, and the end of its time. */
    @Nested
    class HeaderExpiry {
        private final Actor actor = stage.acceptIdle();

        private long readPart() {
            actor.receive("GET / HT");
            actor.await();
            return actor.connection.state();
        }

        @Test
        void findsThatTheHeaderIsComplete() {
            long seen = readPart();
            actor.receive("TP/1.1\r\n\r\n");
            assertThat(actor.startRequest()).isTrue();

            assertThat(actor.connection.gate.claim(seen, CloseReason.HEADER_TIMEOUT))
                    .isFalse();
            stage.advance(60_000);
            assertThat(actor.phase()).isEqualTo(Phase.HANDLING);
        }

        @Test
        void comesBetweenTheReadAndTheEndOfTheHeader() {
            long seen = readPart();
            assertThat(actor.receive("TP/1.1\r\n\r\n")).isPositive();
            assertThat(actor.connection.gate.claim(seen, CloseReason.HEADER_TIMEOUT))
                    .isTrue();

            assertServed(actor);
        }

        @Test
        void comesBetweenTheSelectorAndTheRead() {
            long seen = readPart();
            actor.wire.arrive("TP/1.1\r\n\r\n").select();
            assertThat(actor.connection.gate.claim(seen, CloseReason.HEADER_TIMEOUT))
                    .isTrue();
            assertThat(actor.read()).isZero();
            actor.await();

            assertThat(actor.wire.output()).startsWith("HTTP/1.1 408 ");
            assertNeverAccepted(actor, CloseReason.HEADER_TIMEOUT);
        }

        @Test
        void comesBeforeTheEnd() {
            long seen = readPart();
            assertThat(actor.connection.gate.claim(seen, CloseReason.HEADER_TIMEOUT))
                    .isTrue();
            actor.wire.arrive("TP/1.1\r\n\r\n").select();

            assertThat(actor.wire.output()).startsWith("HTTP/1.1 408 ").contains("Connection: close\r\n");
            assertNeverAccepted(actor, CloseReason.HEADER_TIMEOUT);
        }
    }
}
