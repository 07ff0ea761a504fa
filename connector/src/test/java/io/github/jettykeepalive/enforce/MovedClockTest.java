package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A machine wakes up and it is hours later; or, where nanoTime does not keep its word, earlier. */
class MovedClockTest {
    private static final Duration HOURS = Duration.ofHours(5);
    private static final long KEEP_ALIVE = 10_000;
    /** The sweep looks at the clock once a second, and a tick later it is over. */
    private static final long NOTICED = 1_050;

    private final Stage stage = new Stage(Stage.POLICY);

    @Test
    void idleConnectionsEndWhenItIsLater() {
        Actor idle = stage.acceptIdle();
        stage.jump(HOURS);
        stage.advance(NOTICED);

        assertThat(idle.finSent()).isTrue();
        idle.wire.arriveFin().select();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.IDLE, 1L));
    }

    @Test
    void requestThatCameWhileItGotLaterIsServed() {
        Actor idle = stage.acceptIdle();
        stage.jump(HOURS);
        idle.receive("GET / HT");
        stage.advance(NOTICED);

        assertThat(idle.receive("TP/1.1\r\n\r\n")).isPositive();
        assertThat(idle.startRequest()).isTrue();
        stage.jump(HOURS);
        stage.advance(NOTICED);
        assertThat(idle.phase()).isEqualTo(Phase.HANDLING);
        assertThat(stage.closes()).isEmpty();
    }

    @Test
    void slowHeaderIsAnsweredWhenItIsLater() {
        Actor slow = stage.accept();
        slow.receive("GET / HT");
        slow.await();
        stage.jump(HOURS);
        stage.advance(NOTICED);

        assertThat(slow.wire.output()).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void lingeringIsOverWhenItIsLater() {
        Actor lingering = stage.acceptIdle();
        stage.advance(KEEP_ALIVE + 50);
        assertThat(lingering.phase()).isEqualTo(Phase.LINGERING);
        stage.jump(HOURS);
        stage.advance(NOTICED);

        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.LINGER_EXPIRED, 1L));
        assertThat(stage.manager.getLingering()).isZero();
    }

    @Test
    void nobodyIsCutOffWhenItIsEarlier() {
        stage.advance(60_000);
        Actor idle = stage.acceptIdle();
        stage.jump(Duration.ofSeconds(-50));
        stage.advance(NOTICED);
        assertThat(idle.phase()).isEqualTo(Phase.IDLE);

        idle.serve();
        assertThat(idle.phase()).isEqualTo(Phase.IDLE);
        assertThat(stage.closes()).isEmpty();

        // Late by as much as it was set back, but not for ever.
        stage.advance(50_000 + KEEP_ALIVE + 100);
        assertThat(idle.finSent()).isTrue();
    }
}
