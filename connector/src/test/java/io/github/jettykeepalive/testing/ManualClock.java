package io.github.jettykeepalive.testing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@code System.nanoTime} that stands still until it is told to advance.
 *
 * <p>It starts a minute before {@code Long.MAX_VALUE}: as with the real one only differences mean anything, and code
 * that compares two readings directly soon fails.
 */
public final class ManualClock implements LongSupplier {
    private final AtomicLong now =
            new AtomicLong(Long.MAX_VALUE - Duration.ofMinutes(1).toNanos());
    private volatile @Nullable ManualScheduler scheduler;

    @Override
    public long getAsLong() {
        return now.get();
    }

    /**
     * Moves time on. Tasks of the {@linkplain ManualScheduler scheduler} on this clock that become due run now, on this
     * thread, in the order they are due, each at the time it is due.
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("duration: " + duration + " (expected: >= 0)");
        }
        long end = now.get() + duration.toNanos();
        var attached = scheduler;
        if (attached != null) {
            attached.runUntil(end);
        }
        now.set(end);
    }

    void attach(ManualScheduler newScheduler) {
        if (scheduler != null) {
            throw new IllegalStateException("this clock has its scheduler already");
        }
        scheduler = newScheduler;
    }

    void set(long nanoTime) {
        now.set(nanoTime);
    }
}
