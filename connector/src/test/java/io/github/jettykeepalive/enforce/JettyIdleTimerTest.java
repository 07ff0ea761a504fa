package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Jetty's own idle timer does to a connection, in each of its phases. */
class JettyIdleTimerTest {
    private static final long KEEP_ALIVE = 10_000;

    private final Stage stage = new Stage(Stage.POLICY);

    @Test
    void jettysIdleTimerDoesNotBreakALongerPromise() {
        Actor actor = stage.acceptIdle();
        stage.advance(KEEP_ALIVE - 1);
        actor.wire.expireIdle();
        assertThat(actor.phase()).isEqualTo(Phase.IDLE);
        assertThat(actor.wire.isFillInterested()).isTrue();

        stage.advance(DeadlineSweep.TICK);
        assertThat(actor.finSent()).isTrue();
    }

    @Test
    void shortenedIdleTimeoutEndsALongerPromise() {
        Actor actor = stage.acceptIdle();
        actor.wire.setIdleTimeout(1);
        actor.wire.expireIdle();

        assertThat(actor.finSent()).isTrue();
        actor.wire.arriveFin().select();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.IDLE, 1L));
    }

    @Test
    void jettysIdleTimerEndsTheWaitForAFirstRequest() {
        Actor actor = stage.accept();
        actor.wire.expireIdle();

        assertThat(actor.finSent()).isTrue();
        assertThat(actor.wire.output()).isEmpty();
    }

    @Test
    void jettysIdleTimerEndsAHeaderThatStopped() {
        Actor actor = stage.accept();
        actor.receive("GET / HT");
        actor.await();
        actor.wire.expireIdle();

        assertThat(actor.finSent()).isTrue();
        assertThat(actor.wire.output()).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void jettysIdleTimerDoesNotEndLingering() {
        Actor actor = stage.acceptIdle();
        stage.advance(KEEP_ALIVE + 50);
        actor.wire.expireIdle();

        assertThat(actor.phase()).isEqualTo(Phase.LINGERING);
        assertThat(actor.wire.isOpen()).isTrue();
    }

    /** Jetty's idle timer runs while a connection is being made. */
    @Test
    void endPointThatClosesBeforeItsConnectionIsOpenIsCounted() {
        stage.acceptButNeverOpen().close();
        stage.advance(10_000);

        assertThat(stage.ledger.getOpen()).isZero();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.PEER_GONE, 1L));
    }
}
