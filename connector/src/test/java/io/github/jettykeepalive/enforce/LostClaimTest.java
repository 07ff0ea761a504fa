package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.LogCapture;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An error between a claim and the end, such as a class that cannot be loaded, does not leave a connection open for ever. */
class LostClaimTest {
    private static final long KEEP_ALIVE = 10_000;
    private static final long HEADER = 20_000;
    private static final long LATE = 5000 + DeadlineSweep.TICK;

    private final Stage stage = new Stage(Stage.POLICY);
    private final LogCapture log = LogCapture.of("io.github.jettykeepalive");

    @AfterEach
    void nothingIsLeft() {
        log.close();
        assertThat(stage.ledger.getOpen()).isZero();
        assertThat(stage.manager.getLingering()).isZero();
    }

    private static Error error() {
        return new NoClassDefFoundError("as there is no file descriptor to load it by");
    }

    private void claimButNeverAct(Actor actor) {
        long seen = actor.connection.state();
        Phase phase = actor.phase() == Phase.READING ? Phase.OVERDUE : Phase.CLAIMED;
        long deadline = stage.manager.now() + ReadGate.PATIENCE;
        long claimed = ConnectionState.move(seen, phase, CloseReason.SHED, deadline);
        assertThat(actor.connection.cas(seen, claimed)).isTrue();
    }

    @Test
    void interruptThatGotLostIsSentAgain() {
        Actor actor = stage.acceptIdle();
        claimButNeverAct(actor);
        stage.advance(ReadGate.PATIENCE - 1);
        assertThat(actor.finSent()).isFalse();
        stage.advance(1 + DeadlineSweep.TICK);
        assertThat(actor.finSent()).isTrue();

        actor.wire.arriveFin().select();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.SHED, 1L));
    }

    @Test
    void slowHeaderIsAnsweredTheSecondTime() {
        Actor actor = stage.accept();
        actor.receive("GET / HT");
        actor.await();
        claimButNeverAct(actor);
        stage.advance(ReadGate.PATIENCE + DeadlineSweep.TICK);
        assertThat(actor.wire.output()).startsWith("HTTP/1.1 408");

        actor.wire.arriveFin().select();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.SHED, 1L));
    }

    @Test
    void bytesWinAsLongAsTheyCome() {
        Actor actor = stage.acceptIdle();
        actor.wire.arrive(Actor.HEADER).select();
        claimButNeverAct(actor);
        stage.advance(10 * ReadGate.PATIENCE);
        assertThat(actor.phase()).isEqualTo(Phase.CLAIMED);

        assertThat(actor.read()).isPositive();
        assertThat(actor.startRequest()).isTrue();
        actor.finish(CloseReason.CLIENT);
        actor.wire.arriveFin().select();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.CLIENT, 1L));
    }

    @Test
    void waitThatWasTakenInVainEnds() {
        Actor actor = stage.acceptIdle();
        long seen = actor.connection.state();
        assertThat(actor.connection.cas(
                        seen,
                        ConnectionState.move(
                                seen, Phase.CLAIMED, CloseReason.IDLE, stage.manager.now() + ReadGate.PATIENCE)))
                .isTrue();
        stage.failClock(error());
        assertThatCode(() -> actor.wire.getFillInterest().onFail(new ReadGate.Claim()))
                .isInstanceOf(NoClassDefFoundError.class);
        assertThat(actor.finSent()).isFalse();

        stage.advance(ReadGate.PATIENCE + DeadlineSweep.TICK);
        assertThat(actor.wire.isOpen()).isFalse();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.IDLE, 1L));
    }

    @Test
    void idleConnectionThatCouldNotBeHalfClosedIsClosed() {
        Actor actor = stage.acceptIdle();
        actor.wire.failHalfClose(error());
        stage.advance(KEEP_ALIVE + DeadlineSweep.TICK);
        assertThat(actor.wire.isOpen()).isTrue();
        assertThat(log.events()).singleElement().matches(event -> event.text().startsWith("Could not end"));

        stage.advance(LATE);
        assertThat(actor.wire.isOpen()).isFalse();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.IDLE, 1L));
    }

    @Test
    void answeredConnectionThatCouldNotBeHalfClosedIsClosed() {
        Actor actor = stage.accept();
        actor.receive("GET / HT");
        actor.await();
        actor.wire.failHalfClose(error());
        stage.advance(HEADER + DeadlineSweep.TICK);
        assertThat(actor.wire.output()).startsWith("HTTP/1.1 408");
        assertThat(actor.wire.isOpen()).isTrue();

        stage.advance(LATE);
        assertThat(actor.wire.isOpen()).isFalse();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.HEADER_TIMEOUT, 1L));
    }

    @Test
    void whoeverMakesRoomIsCountedThoughItFailed() {
        Actor actor = stage.acceptIdle();
        stage.manager.setPolicy(Stage.POLICY.withMaxConnections(1));
        actor.wire.failHalfClose(error());
        assertThatCode(stage::accept).isInstanceOf(NoClassDefFoundError.class);
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.ABORT, 1L));

        stage.advance(LATE);
        assertThat(actor.wire.isOpen()).isFalse();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.ABORT, 1L, CloseReason.SHED, 1L));
    }
}
