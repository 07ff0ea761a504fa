package io.github.jettykeepalive.enforce;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How fast all lingering connections of a connector together may discard, so that a selector's thread has its time for
 * requests: a bucket that is filled at a rate and holds what comes in a tenth of a second. What one read takes too much is
 * paid for by those that follow, for a second at most: a debt is not to outlive who made it, or the rate it was made under.
 * Thread-safe.
 */
final class LingerBudget {
    private static final long HELD = TimeUnit.MILLISECONDS.toNanos(100);
    /** What one read brings, and debts are for a second. */
    private static final long LEAST_RATE = 64 * 1024;

    private static final long MOST_DEBT = TimeUnit.SECONDS.toNanos(1);

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
            long now = nanoTime.getAsLong();
            long price = bytes * TimeUnit.SECONDS.toNanos(1) / Math.max(LEAST_RATE, rate);
            paidAt.accumulateAndGet(
                    price, (paid, more) -> now + Math.min(MOST_DEBT, Math.max(paid - now, -HELD) + more));
        }
    }
}
