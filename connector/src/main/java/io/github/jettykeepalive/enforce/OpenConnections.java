package io.github.jettykeepalive.enforce;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections of one connector whose socket is open. Thread-safe; who iterates sees each at the moment it comes to it. */
final class OpenConnections implements Iterable<ManagedConnection> {
    private final Set<ManagedConnection> all = ConcurrentHashMap.newKeySet();
    private final AtomicInteger upgraded = new AtomicInteger();

    void add(ManagedConnection connection) {
        all.add(connection);
    }

    /** True for the call that took the connection out. */
    boolean remove(ManagedConnection connection) {
        return all.remove(connection);
    }

    /** So many more are another protocol's now, or fewer. */
    void upgraded(int more) {
        upgraded.addAndGet(more);
    }

    int size() {
        return all.size();
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
