package io.github.jettykeepalive.enforce;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How fast all lingering connections of a connector together may discard, so that a selector's thread has its time for
 * requests: a bucket that is filled at a rate and holds what comes in a tenth of a second. What one read takes too much is
 * paid for by those that follow. Thread-safe.
 */
final class LingerBudget {
    private static final long HELD = TimeUnit.MILLISECONDS.toNanos(100);

    private final LongSupplier nanoTime;

    /** When all that was taken has been paid for. */
    private final AtomicLong paidAt;

    LingerBudget(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        paidAt = new AtomicLong(nanoTime.getAsLong() - HELD);
    }

    /** Whether nothing may be discarded now; a tick later something may. */
    boolean isSpent() {
        return paidAt.get() - nanoTime.getAsLong() > 0;
    }

    /**
     * So much was discarded.
     *
     * @param rate bytes a second, 0 = no bound
     */
    void spend(long bytes, long rate) {
        if (rate > 0) {
            long full = nanoTime.getAsLong() - HELD;
            long price = bytes * TimeUnit.SECONDS.toNanos(1) / rate;
            paidAt.accumulateAndGet(price, (paid, more) -> (paid - full < 0 ? full : paid) + more);
        }
    }
}
