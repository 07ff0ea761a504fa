package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.Phase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections that linger, oldest first, and the bound on their number. Thread-safe. */
final class Lingering {
    private final ConnectionManager manager;
    private final Queue<ManagedConnection> oldestFirst = new ConcurrentLinkedQueue<>();
    private final LimitNotice notice = new LimitNotice("maxLingering");
    private final AtomicInteger count = new AtomicInteger();

    Lingering(ConnectionManager manager) {
        this.manager = manager;
    }

    /** One more; beyond the bound the oldest is reset. */
    void entered(ManagedConnection connection) {
        oldestFirst.add(connection);
        int most = manager.rules().policy.linger().maxLingering();
        int now = count.incrementAndGet();
        notice.update(now, most);
        if (now > most) {
            evictOldest();
        }
        forgetEnded();
    }

    /** One less, however it ended. */
    void left() {
        notice.update(count.decrementAndGet(), manager.rules().policy.linger().maxLingering());
    }

    int count() {
        return count.get();
    }

    private void evictOldest() {
        for (ManagedConnection oldest = oldestFirst.poll(); oldest != null; oldest = oldestFirst.poll()) {
            if (isLingering(oldest)) {
                oldest.ending().reset();
                return;
            }
        }
    }

    /** The first to come are about the first to go, so the head is where the ended ones are. */
    private void forgetEnded() {
        ManagedConnection head = oldestFirst.peek();
        while (head != null && !isLingering(head) && oldestFirst.remove(head)) {
            head = oldestFirst.peek();
        }
    }

    private static boolean isLingering(ManagedConnection connection) {
        return connection.phase() == Phase.LINGERING || connection.phase() == Phase.PARTING;
    }
}
