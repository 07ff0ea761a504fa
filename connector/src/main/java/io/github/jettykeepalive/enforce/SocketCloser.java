package io.github.jettykeepalive.enforce;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;

/**
 * Closes sockets that both sides are done with, several at a time. Jetty has a thread of its pool woken up for each end point
 * that is closed, which costs more than all else about it; those that are closed together share one.
 *
 * <p>Nobody waits for such a socket: the peer has our FIN and we have its. It is closed by the {@link DeadlineSweep} within a
 * tick, or sooner if there are many, or if the connector has stopped accepting because too many are open. Thread-safe.
 */
final class SocketCloser extends Timed {
    /** Enough to share the cost of waking up a thread; few enough that they do not matter among a process's files. */
    static final int MOST = 16;

    private final DeadlineSweep sweep;
    private final Queue<EndPoint> done = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    SocketCloser(DeadlineSweep sweep) {
        this.sweep = sweep;
    }

    /** Closes the end point, now or within a tick. */
    void close(EndPoint endPoint, Connector connector) {
        // Counted first, so that the sweep does not leave while there may be one more.
        int waiting = count.incrementAndGet();
        done.add(endPoint);
        if (waiting >= MOST || !isAccepting(connector)) {
            closeAll();
        } else if (waiting == 1) {
            sweep.refile(this);
        }
    }

    /** Whether it does not matter when a socket is closed; NetworkConnectionLimit and a stop have it otherwise. */
    private static boolean isAccepting(Connector connector) {
        return connector instanceof AbstractConnector abstractConnector
                && abstractConnector.isAccepting()
                && !connector.isShutdown();
    }

    /** Closes all that wait for it. */
    void closeAll() {
        for (EndPoint endPoint = done.poll(); endPoint != null; endPoint = done.poll()) {
            count.decrementAndGet();
            endPoint.close();
        }
    }

    @Override
    void visited() {
        closeAll();
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
