package io.github.jettykeepalive.enforce;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.server.Connector;
import org.jspecify.annotations.Nullable;

/**
 * The connections that linger, oldest first, and the bound on their number. One that has ended is forgotten at once, in whatever
 * order they end. While there are any, the sweep has them look at Jetty's limits: a connector that does not accept has no other
 * events. Thread-safe: the set has a monitor, under which nothing else is done.
 */
final class Lingering extends Timed {
    /** Milliseconds from one look at Jetty's limits to the next. */
    private static final long LOOK = 250;

    /** Of all the files that the process may open, one in so many may be a socket that lingers. */
    private static final int SHARE = 8;

    private static final int DESCRIPTORS = descriptors();

    private volatile long nextLook;

    private final ConnectionManager manager;
    private final Set<ManagedConnection> oldestFirst = new LinkedHashSet<>();
    private final LimitNotice notice;

    Lingering(ConnectionManager manager) {
        this.manager = manager;
        notice = new LimitNotice("maxLingering", manager::now);
    }

    /** One more; beyond the bound the oldest is reset. */
    void entered(ManagedConnection connection) {
        int most = most();
        int now = add(connection);
        notice.update(now, most);
        if (!connection.phase().isTakenOver()) {
            // It ended before it was in the set, so nobody has taken it out.
            left(connection);
        } else {
            keep(most);
            giveWayTo(connection.connector);
            if (now == 1) {
                nextLook = manager.now() + LOOK;
                manager.sweep().refile(this);
            }
        }
    }

    @Override
    long deadline() {
        return nextLook;
    }

    @Override
    boolean isOver() {
        return count() == 0;
    }

    @Override
    void due(long now) {
        nextLook = now + LOOK;
        ManagedConnection oldest = oldest();
        if (oldest != null) {
            giveWayTo(oldest.connector);
        }
    }

    private synchronized @Nullable ManagedConnection oldest() {
        return oldestFirst.isEmpty() ? null : oldestFirst.iterator().next();
    }

    /** What is set, or what the process has the descriptors for. */
    private int most() {
        return Math.min(manager.rules().policy.linger().maxLingering(), DESCRIPTORS);
    }

    /** One of Jetty's limits on connections may be reached: then few of its places are for those that linger. */
    void giveWayTo(Connector connector) {
        int keep = manager.open().size() / ConnectionManager.LINGERING_SHARE;
        if (count() > keep && ConnectorLimits.areReached(connector)) {
            giveWay(Integer.MAX_VALUE, keep);
        }
    }

    /** Closes the oldest, up to so many, but for those that are to be kept, and says how many it has closed. */
    int giveWay(int many, int keep) {
        int gone = 0;
        while (gone < many) {
            ManagedConnection oldest = takeOldest(keep);
            if (oldest == null) {
                return gone;
            }
            oldest.ending().giveWay();
            gone++;
        }
        return gone;
    }

    /** The oldest are reset until there are no more than so many. */
    void keep(int most) {
        for (ManagedConnection oldest = takeOldest(most); oldest != null; oldest = takeOldest(most)) {
            oldest.ending().reset();
        }
    }

    /** One less, however it ended. */
    void left(ManagedConnection connection) {
        int now = remove(connection);
        notice.update(now, most());
        if (now == 0) {
            // Nothing to look for any more.
            manager.sweep().refile(this);
        }
    }

    /** The server is going down: those that linger have a second left. */
    void hurry() {
        for (ManagedConnection connection : all()) {
            if (connection.endPoint.getConnection() instanceof LingeringConnection lingering) {
                lingering.hurry();
            }
        }
    }

    private static int descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? (int) Math.min(Integer.MAX_VALUE, Math.max(1, system.getMaxFileDescriptorCount() / SHARE))
                : Integer.MAX_VALUE;
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
