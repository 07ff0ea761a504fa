package io.github.jettykeepalive.policy;

import org.jspecify.annotations.Nullable;

/**
 * The whole state of a connection in one {@code long}, so that every move is one compare-and-set: the {@link Phase}, the
 * {@link CloseReason} once there is one, and the deadline of the phase.
 *
 * <p>The deadline is part of the word for a reason: a sweep that read "idle until 5000" can only expire that very wait,
 * never the next one of the same connection.
 */
public final class ConnectionState {
    /** A deadline that never comes. */
    public static final long NO_DEADLINE = (1L << 50) - 1;

    /** Every connection starts here. */
    public static final long INITIAL = of(Phase.NEW, null, NO_DEADLINE);

    private static final int PHASE_BITS = 6;
    private static final int REASON_BITS = 7;
    private static final int DEADLINE_SHIFT = PHASE_BITS + REASON_BITS;
    private static final int PHASE_MASK = (1 << PHASE_BITS) - 1;
    private static final int REASON_MASK = (1 << REASON_BITS) - 1;

    private ConnectionState() {}

    /**
     * Packs a state.
     *
     * @param deadline milliseconds on the factory's clock, clamped to 0 … {@link #NO_DEADLINE}
     */
    @SuppressWarnings("EnumOrdinal") // packed and unpacked in this class alone, never stored
    public static long of(Phase phase, @Nullable CloseReason reason, long deadline) {
        long clamped = Math.max(0, Math.min(deadline, NO_DEADLINE));
        long reasonBits = reason == null ? 0 : reason.ordinal() + 1L;
        return clamped << DEADLINE_SHIFT | reasonBits << PHASE_BITS | phase.ordinal();
    }

    /**
     * The state after a move.
     *
     * @throws IllegalStateException naming both phases, if the move is not a legal one
     */
    public static long move(long state, Phase next, @Nullable CloseReason reason, long deadline) {
        Phase phase = phase(state);
        if (!phase.mayBecome(next)) {
            throw new IllegalStateException("phase: " + phase + " -> " + next + " (expected: a legal move)");
        }
        return of(next, reason, deadline);
    }

    /** The phase of a state. */
    public static Phase phase(long state) {
        return Phase.at((int) state & PHASE_MASK);
    }

    /** Why the connection ends, or null while nobody has decided that it does. */
    public static @Nullable CloseReason reason(long state) {
        int bits = (int) (state >>> PHASE_BITS) & REASON_MASK;
        return bits == 0 ? null : CloseReason.at(bits - 1);
    }

    /** When the phase ends by itself, in milliseconds on the factory's clock, or {@link #NO_DEADLINE}. */
    public static long deadline(long state) {
        return state >>> DEADLINE_SHIFT;
    }

    /** Readable form for logs and dumps, for instance {@code IDLE@5000} or {@code LINGERING(maxRequests)@9000}. */
    public static String toString(long state) {
        CloseReason reason = reason(state);
        String why = reason == null ? "" : "(" + reason.key() + ")";
        String until = deadline(state) == NO_DEADLINE ? "" : "@" + deadline(state);
        return phase(state) + why + until;
    }
}
