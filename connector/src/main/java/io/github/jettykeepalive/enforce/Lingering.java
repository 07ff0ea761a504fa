package io.github.jettykeepalive.enforce;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections that linger, oldest first, and the bound on their number. One that has ended is forgotten at once, in whatever
 * order they end. Thread-safe: the set has a monitor, under which nothing else is done.
 */
final class Lingering {
    private final ConnectionManager manager;
    private final Set<ManagedConnection> oldestFirst = new LinkedHashSet<>();
    private final LimitNotice notice;

    Lingering(ConnectionManager manager) {
        this.manager = manager;
        notice = new LimitNotice("maxLingering", manager::now);
    }

    /** One more; beyond the bound the oldest is reset. */
    void entered(ManagedConnection connection) {
        int most = manager.rules().policy.linger().maxLingering();
        int now = add(connection);
        notice.update(now, most);
        if (!connection.phase().isTakenOver()) {
            // It ended before it was in the set, so nobody has taken it out.
            left(connection);
        } else {
            keep(most);
        }
    }

    /** The oldest are reset until there are no more than so many. */
    void keep(int most) {
        for (ManagedConnection oldest = takeOldest(most); oldest != null; oldest = takeOldest(most)) {
            oldest.ending().reset();
        }
    }

    /** One less, however it ended. */
    void left(ManagedConnection connection) {
        notice.update(remove(connection), manager.rules().policy.linger().maxLingering());
    }

    /** The server is going down: those that linger have a second left. */
    void hurry() {
        for (ManagedConnection connection : all()) {
            if (connection.endPoint.getConnection() instanceof LingeringConnection lingering) {
                lingering.hurry();
            }
        }
    }

    private synchronized List<ManagedConnection> all() {
        return List.copyOf(oldestFirst);
    }

    synchronized int count() {
        return oldestFirst.size();
    }

    private synchronized int add(ManagedConnection connection) {
        oldestFirst.add(connection);
        return oldestFirst.size();
    }

    private synchronized int remove(ManagedConnection connection) {
        oldestFirst.remove(connection);
        return oldestFirst.size();
    }

    private synchronized @Nullable ManagedConnection takeOldest(int most) {
        Iterator<ManagedConnection> first = oldestFirst.iterator();
        if (oldestFirst.size() <= most) {
            return null;
        }
        ManagedConnection oldest = first.next();
        first.remove();
        return oldest;
    }
}
