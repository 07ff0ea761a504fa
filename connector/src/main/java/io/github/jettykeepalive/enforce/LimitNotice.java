package io.github.jettykeepalive.enforce;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once that a limit is reached and once that it is no longer, as Jetty's {@code NetworkConnectionLimit} does, and so not more
 * often than every ten seconds.
 */
final class LimitNotice {
    private static final Logger LOG = LoggerFactory.getLogger(LimitNotice.class);

    /** So long a limit stays reached at least, in milliseconds. */
    static final long REST = 10_000;

    private final String name;
    private final LongSupplier clock;
    private volatile long reachedAt;
    private final AtomicBoolean reached = new AtomicBoolean();

    LimitNotice(String name, LongSupplier clock) {
        this.name = name;
        this.clock = clock;
    }

    /** Call at every chance; speaks only when something has changed. */
    void update(long count, long limit) {
        boolean over = limit > 0 && count > limit;
        // Cleared a tenth below, so that a server at its limit does not say so a thousand times a second.
        boolean clear = limit == 0 || count <= limit - Math.max(1, limit / 10);
        if (over && reached.compareAndSet(false, true)) {
            reachedAt = clock.getAsLong();
            LOG.warn("{} reached: {} > {}", name, count, limit);
        } else if (clear
                && reached.get()
                && clock.getAsLong() - reachedAt >= REST
                && reached.compareAndSet(true, false)) {
            LOG.info("{} cleared: {} <= {}", name, count, limit);
        }
    }
}
