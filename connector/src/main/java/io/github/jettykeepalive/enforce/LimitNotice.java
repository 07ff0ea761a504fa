package io.github.jettykeepalive.enforce;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that a limit is reached and once that it is no longer, as Jetty's {@code NetworkConnectionLimit} does. */
final class LimitNotice {
    private static final Logger LOG = LoggerFactory.getLogger(LimitNotice.class);

    private final String name;
    private final AtomicBoolean reached = new AtomicBoolean();

    LimitNotice(String name) {
        this.name = name;
    }

    /** Call at every chance; speaks only when something has changed. */
    void update(long count, long limit) {
        boolean over = limit > 0 && count > limit;
        // Cleared a tenth below, so that a server at its limit does not say so a thousand times a second.
        boolean clear = limit == 0 || count <= limit - Math.max(1, limit / 10);
        if (over && reached.compareAndSet(false, true)) {
            LOG.warn("{} reached: {} > {}", name, count, limit);
        } else if (clear && reached.compareAndSet(true, false)) {
            LOG.info("{} cleared: {} <= {}", name, count, limit);
        }
    }
}
