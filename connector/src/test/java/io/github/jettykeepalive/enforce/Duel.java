package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import java.time.Duration;
import java.util.function.Consumer;
import org.eclipse.jetty.util.BufferUtil;

/** Two that race, from which beginning. {@link RaceStressTest} leaves them to chance, {@code InterleavingTest} does not. */
enum Duel {
    IDLE_EXPIRY_AND_FIRST_BYTE(Round::idle, Round::expire, Round::request),
    HEADER_EXPIRY_AND_END_OF_HEADER(Round::reading, Round::expire, Round::restOfHeader),
    DRAIN_AND_GOING_IDLE(Round::idle, round -> round.stage.manager.drain(0), Round::request),
    SHED_AND_REQUEST(
            Round::idle,
            round -> new IdleShedder(round.stage.manager::now).shed(round.stage.manager.open(), 1),
            Round::request),
    CLAIM_AND_REGISTRATION(
            Round::betweenWaits,
            round -> round.connection().gate.claim(round.seen, CloseReason.SHED),
            round -> round.actor.fillInterested()),
    LATE_INTERRUPT_AND_REQUEST(
            Round::idle, round -> round.actor.wire.getFillInterest().onFail(new ReadGate.Claim()), Round::request),
    LATE_CLAIM_AND_LINGERING(
            Round::idle, round -> round.connection().gate.claim(round.seen, CloseReason.SHED), Round::lastRequest),
    TWO_CLAIMS(Round::idle, Round::expire, round -> round.connection().gate.claim(round.seen, CloseReason.SHED)),
    JETTYS_TIMER_AND_REQUEST(
            Round::idle,
            round -> {
                round.actor.wire.setIdleTimeout(1);
                round.actor.wire.expireIdle();
            },
            Round::request),
    LINGER_EXPIRY_AND_DATA(Round::lingering, Round::expire, Round::request),
    LINGER_EXPIRY_AND_FIN(Round::lingering, Round::expire, Round::fin),
    EVICTION_AND_FIN(Round::lingering, round -> round.connection().ending().reset(), Round::fin),
    PARTING_EXPIRY_AND_FIN(Round::parting, Round::expire, Round::fin),
    TAKE_OVER_AND_READER(Round::answered, round -> round.actor.getEndPoint().close(), Round::giveBack),
    CLOSE_AND_FINISH(
            Round::idle, round -> round.connection().finish(CloseReason.IDLE, null), round -> round.actor.wire.close());

    private final Consumer<Round> begin;
    private final Consumer<Round> one;
    private final Consumer<Round> another;

    Duel(Consumer<Round> begin, Consumer<Round> one, Consumer<Round> another) {
        this.begin = begin;
        this.one = one;
        this.another = another;
    }

    Round begin() {
        var round = new Round();
        begin.accept(round);
        round.servedBefore = round.actor.served;
        return round;
    }

    void one(Round round) {
        one.accept(round);
    }

    void another(Round round) {
        another.accept(round);
    }

    /** What one round is about. */
    static final class Round {
        final Stage stage = new Stage(Stage.POLICY.withClientClosesFirst(Duration.ofSeconds(2)));
        final LiveActor actor = LiveActor.on(stage);
        private long seen;
        private int servedBefore;
        volatile boolean requested;

        /** Whether only the peer's FIN, or time, may close the socket. */
        private volatile boolean lingers;

        ManagedConnection connection() {
            return actor.connection;
        }

        Round idle() {
            actor.receive(Actor.HEADER);
            seen = connection().state();
            return this;
        }

        Round reading() {
            actor.receive("GET / HT");
            seen = connection().state();
            return this;
        }

        /** Idle, but Jetty has not come to its wait yet. */
        Round betweenWaits() {
            actor.hesitates = true;
            return idle();
        }

        Round lingering() {
            idle();
            connection().gate.claim(seen, CloseReason.IDLE);
            seen = connection().state();
            return this;
        }

        Round parting() {
            actor.receive(LiveActor.LAST_REQUEST);
            seen = connection().state();
            return this;
        }

        /** A bad request was answered, and the thread that has read it still has its buffer. */
        Round answered() {
            reading();
            actor.unread = BufferUtil.toBuffer("the rest of it");
            actor.getEndPoint().shutdownOutput();
            return this;
        }

        void giveBack() {
            actor.unread = null;
        }

        void request() {
            requested = true;
            actor.receive(Actor.HEADER);
        }

        void lastRequest() {
            requested = true;
            lingers = true;
            actor.receive(LiveActor.LAST_REQUEST);
        }

        void restOfHeader() {
            requested = true;
            actor.receive("TP/1.1\r\n\r\n");
        }

        void fin() {
            actor.wire.arriveFin().select();
        }

        void expire() {
            connection().due(stage.manager.now() + 60_000);
        }

        /** Whichever won: a request is served or was never accepted, an end is counted once, and nobody waits for ever. */
        void assertEndsWell() {
            String outcome = actor.connection.toString();
            // The selector goes on looking.
            while (actor.wire.select()) {
                Thread.onSpinWait();
            }
            int served = actor.served - servedBefore;
            assertThat(lingers && !actor.wire.isOpen())
                    .as("closed before its time: %s", outcome)
                    .isFalse();
            // Jetty's timer closes an end point whose wait the selector has just taken; then the request comes too
            // late.
            assertThat(actor.wire.isOpen() ? actor.late : 0).as(outcome).isZero();
            if (requested && (served == 1 || actor.wire.isOpen())) {
                boolean refused = stage.ledger.getBytesDiscarded() > 0
                        || !actor.wire.output().isEmpty();
                assertThat(served == 1 ^ refused).as(outcome).isTrue();
            }
            stage.advance(100);
            boolean stays = actor.connection.phase() == Phase.IDLE;
            assertThat(stays && stage.manager.isDraining())
                    .as("idle in a drain: %s", outcome)
                    .isFalse();
            if (stays) {
                assertThat(actor.wire.isFillInterested()).as(outcome).isTrue();
                assertThat(stage.closes()).as(outcome).isEmpty();
                int sofar = actor.served;
                actor.receive(Actor.HEADER);
                assertThat(actor.served).as(outcome).isEqualTo(sofar + 1);
                stage.advance(LiveActor.KEEP_ALIVE + DeadlineSweep.TICK);
            }
            assertThat(actor.wire.isOutputShutdown() || actor.connection.phase() == Phase.PARTING)
                    .as(outcome)
                    .isTrue();
            stage.advance(60_000);
            assertThat(actor.wire.isOpen()).as(outcome).isFalse();
            assertThat(stage.closes().values()).as(outcome).containsExactly(1L);
            assertThat(stage.manager.getLingering()).as(outcome).isZero();
            assertThat(stage.ledger.getOpen()).as(outcome).isZero();
        }
    }
}
