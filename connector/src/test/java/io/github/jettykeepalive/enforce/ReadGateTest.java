package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.Phase;
import java.io.IOException;
import java.nio.channels.ReadPendingException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** One waits at a time: whoever comes second is told so, and takes nothing from the first. */
class ReadGateTest {
    private final Stage stage = new Stage(Stage.POLICY);
    private final List<String> heard = new ArrayList<>();
    private final Actor actor = handling();
    private final ReadGate gate = actor.connection.gate;

    private Actor handling() {
        Actor handling = stage.accept();
        handling.receive(Actor.HEADER);
        handling.startRequest();
        return handling;
    }

    private Callback waiter(String name) {
        return Callback.from(
                () -> heard.add(name),
                failure -> heard.add(name + " " + failure.getClass().getSimpleName()));
    }

    @Test
    void secondWaitIsRefusedAndTheFirstGoesOn() {
        assertThat(gate.tryAwait(waiter("first"))).isTrue();
        assertThat(gate.tryAwait(waiter("second"))).isFalse();
        assertThatThrownBy(() -> gate.await(waiter("third"))).isInstanceOf(ReadPendingException.class);

        actor.wire.arrive("content").select();
        assertThat(heard).containsExactly("first");
    }

    @Test
    void waitIsRefusedWhileSomebodyWaitsPastUs() {
        actor.wire.fillInterested(waiter("other"));
        assertThat(gate.tryAwait(waiter("ours"))).isFalse();

        actor.wire.arrive("content").select();
        assertThat(heard).containsExactly("other");
        assertThat(gate.tryAwait(waiter("ours, later"))).isTrue();
        actor.wire.arrive("content").select();
        assertThat(heard).containsExactly("other", "ours, later");
    }

    @Test
    void waitThatIsTakenAwayIsFailedOnceAsByAClose() {
        gate.tryAwait(waiter("first"));
        gate.close(null);

        assertThat(heard).containsExactly("first ClosedChannelException");
        assertThat(actor.wire.isFillInterested()).isFalse();
        gate.close(new IOException());
        assertThat(heard).hasSize(1);
        gate.tryAwait(waiter("second"));
        gate.close(new IOException());
        assertThat(heard).containsExactly("first ClosedChannelException", "second IOException");
    }

    /** Between the move that takes a connection and the one who takes the wait. */
    @Test
    void waitThatIsInterruptedWhileTheConnectionIsTakenFails() {
        gate.tryAwait(waiter("first"));
        taken();
        gate.interrupt();
        assertThat(heard).containsExactly("first ClosedChannelException");

        gate.close(null);
        assertThat(heard).hasSize(1);
    }

    @Test
    void waitThatBeginsWhileTheConnectionIsTakenFails() {
        taken();
        gate.await(waiter("late"));
        assertThat(heard).containsExactly("late ClosedChannelException");
        assertThat(actor.wire.isFillInterested()).isFalse();
    }

    private void taken() {
        CloseReason reason = CloseReason.BODY_LEFT;
        assertThat(actor.connection.end(reason)).isTrue();
        long seen = actor.connection.state();
        long lingering = ConnectionState.move(seen, Phase.LINGERING, reason, ConnectionState.NO_DEADLINE);
        assertThat(actor.connection.cas(seen, lingering)).isTrue();
    }
}
