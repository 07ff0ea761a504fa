package io.github.jettykeepalive.enforce;

import org.jspecify.annotations.Nullable;

/**
 * Something with a deadline that moves often and is met seldom.
 *
 * <p>{@link #deadline} may be called by any thread; the links and {@link #due} belong to the {@link DeadlineSweep}.
 */
abstract class Timed {
    /** Neighbours in the slot this is filed in. */
    @Nullable
    Timed previous;

    @Nullable
    Timed next;

    /** The slot, or -1 while it is in none. */
    int slot = -1;

    /** When the sweep will look at it next at the latest; written by the sweep, read by whoever moves the deadline. */
    volatile long filedFor = Long.MAX_VALUE;

    /** Whether it waits in the sweep's intake already. */
    volatile boolean queued;

    /** Milliseconds on the sweep's clock. */
    abstract long deadline();

    /** Whether there is nothing left to wait for. */
    abstract boolean isOver();

    /** The sweep comes by, at least once in a turn of its wheel; must not block. */
    void visited() {}

    /** The deadline has passed; called once for each time that it has, must not block. */
    abstract void due(long now);
}
