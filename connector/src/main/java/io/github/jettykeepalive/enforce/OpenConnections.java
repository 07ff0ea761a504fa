package io.github.jettykeepalive.enforce;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections of one connector whose socket is open. Thread-safe; who iterates sees each at the moment it comes to it. */
final class OpenConnections implements Iterable<ManagedConnection> {
    private final Set<ManagedConnection> all = ConcurrentHashMap.newKeySet();
    private final AtomicInteger upgraded = new AtomicInteger();

    /** How many are upon another of these, on its socket. */
    private final AtomicInteger upon = new AtomicInteger();

    void add(ManagedConnection connection) {
        all.add(connection);
        if (connection.sharesSocket()) {
            upon.incrementAndGet();
        }
    }

    /** True for the call that took the connection out. */
    boolean remove(ManagedConnection connection) {
        boolean removed = all.remove(connection);
        if (removed && connection.sharesSocket()) {
            upon.decrementAndGet();
        }
        return removed;
    }

    /** So many more are another protocol's now, or fewer. */
    void upgraded(int more) {
        upgraded.addAndGet(more);
    }

    /** How many sockets that is. */
    int size() {
        return all.size() - upon.get();
    }

    /** Whether no HTTP/1.x connection is left; upgraded ones are another protocol's. */
    boolean isDrained() {
        return all.size() <= upgraded.get();
    }

    @Override
    public Iterator<ManagedConnection> iterator() {
        return all.iterator();
    }
}
