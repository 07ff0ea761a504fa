package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.Phase;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Holds the {@link ConnectionState} of a connection. Every move is one compare-and-set: the winner acts, the loser finds the
 * connection elsewhere and leaves it alone. Thread-safe.
 */
abstract class StateCell extends Timed {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(StateCell.class, "state", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final DeadlineSweep sweep;
    private volatile long state = ConnectionState.INITIAL;

    StateCell(DeadlineSweep sweep) {
        this.sweep = sweep;
    }

    final long state() {
        return state;
    }

    final Phase phase() {
        return ConnectionState.phase(state);
    }

    @Override
    final long deadline() {
        return ConnectionState.deadline(state);
    }

    @Override
    final boolean isOver() {
        return phase() == Phase.CLOSED;
    }

    /** Moves on from exactly the state that was seen. */
    final boolean cas(long seen, long next) {
        if (!STATE.compareAndSet(this, seen, next)) {
            return false;
        }
        sweep.moved(this, ConnectionState.deadline(next));
        return true;
    }

    /** Moves on from wherever the connection is, if that is legal. */
    final boolean move(Phase next, @Nullable CloseReason reason, long deadline) {
        while (true) {
            long seen = state;
            if (!ConnectionState.phase(seen).mayBecome(next)) {
                return false;
            }
            if (cas(seen, ConnectionState.of(next, reason, deadline))) {
                return true;
            }
        }
    }
}
