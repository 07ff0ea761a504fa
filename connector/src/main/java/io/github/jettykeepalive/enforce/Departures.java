package io.github.jettykeepalive.enforce;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that are as good as over, looked at several at a time. Most peers close as soon as they have the last response:
 * to be told of that by the selector, and to have Jetty wake up a thread for each end point that is closed, costs more than
 * all else about such an end. Those that are looked at together share it.
 *
 * <p>Nobody waits for them: the peer has its response and our FIN. They are looked at by the {@link DeadlineSweep} within a
 * tick, or sooner if there are many. Thread-safe.
 */
final class Departures extends Timed {
    /** Enough to share the cost of waking up a thread; few enough that they do not matter among a process's files. */
    static final int MOST = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Departures.class);

    private final DeadlineSweep sweep;
    private final int most;
    private final BooleanSupplier enough;
    private final Queue<Departing> all = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    /** One that can wait a little. */
    @FunctionalInterface
    interface Departing {
        /** Ends, or goes its own way; once, on any thread, must not block. */
        void look();

        /** Whether it has ended meanwhile, so that there is nothing to look at. */
        default boolean isGone() {
            return false;
        }
    }

    /**
     * None yet.
     *
     * @param most so many are looked at without waiting for the tick
     * @param enough when it says so, the others wait for another tick
     */
    Departures(DeadlineSweep sweep, int most, BooleanSupplier enough) {
        this.sweep = sweep;
        this.most = most;
        this.enough = enough;
    }

    /**
     * Looks after the connection within a tick; false if there is no time for that: a connector that has stopped accepting,
     * because too many are open or the server is going down, waits for every socket that is closed.
     */
    boolean add(Departing departing, Connector connector) {
        if (!isAccepting(connector)) {
            lookAtAll();
            return false;
        }
        add(departing);
        return true;
    }

    /** Looks after the connection within a tick. */
    void add(Departing departing) {
        // Counted first, so that the sweep does not leave while there may be one more.
        int waiting = count.incrementAndGet();
        all.add(departing);
        if (waiting >= most) {
            lookAtAll();
        } else if (waiting == 1) {
            sweep.refile(this);
        }
    }

    private static boolean isAccepting(Connector connector) {
        return connector instanceof AbstractConnector abstractConnector
                && abstractConnector.isAccepting()
                && !connector.isShutdown();
    }

    void lookAtAll() {
        // One that comes again meanwhile waits for the next tick.
        for (int i = count.get(); i > 0; i--) {
            if (enough.getAsBoolean()) {
                all.removeIf(this::hasGone);
                return;
            }
            Departing departing = all.poll();
            if (departing == null) {
                return;
            }
            count.decrementAndGet();
            look(departing);
        }
    }

    private boolean hasGone(Departing departing) {
        boolean gone = departing.isGone();
        if (gone) {
            count.decrementAndGet();
        }
        return gone;
    }

    /** What one of them meets is no matter of whoever happens to look at them. */
    private static void look(Departing departing) {
        try {
            departing.look();
        } catch (Throwable e) {
            LOG.warn("Could not end {}", departing, e);
        }
    }

    @Override
    void visited() {
        lookAtAll();
    }

    @Override
    boolean isOver() {
        return count.get() == 0;
    }

    /** The next tick. */
    @Override
    long deadline() {
        return 0;
    }

    /** Done when visited. */
    @Override
    void due(long now) {}
}
