package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Empties a server without a client noticing: from the beginning every response says close; connections that wait for a
 * request leave at random times within the window, so that not all clients come back at once (HAProxy
 * {@code close-spread-time}).
 *
 * <p>Thread-safe. A connection is either idle when the drain begins, and told to leave, or it has a request, and its response
 * says close, or it goes idle in the same instant, finds the drain when it does, and calls {@link #tell} itself.
 */
final class Drain {
    /**
     * A client that was answered a moment ago is likely to be writing its next request; it gets this long to be told by a
     * response instead (nginx {@code keepalive_min_timeout}).
     */
    private static final long SETTLING = 1000;

    private final ConnectionManager manager;
    private volatile @Nullable Plan plan;

    private record Plan(long startedAt, long spread, CompletableFuture<Void> done) {}

    Drain(ConnectionManager manager) {
        this.manager = manager;
    }

    boolean isUnderWay() {
        return plan != null;
    }

    /**
     * Begins, or goes on with what has begun.
     *
     * @param spread milliseconds over which idle connections leave
     * @return completes when no connection of ours is left; cancelled by {@link #cancel}
     */
    synchronized CompletableFuture<Void> begin(long spread) {
        Plan current = plan;
        if (current == null || current.done.isDone()) {
            current = new Plan(manager.now(), spread, new CompletableFuture<>());
            plan = current;
            manager.open().forEach(this::tell);
        }
        check();
        return current.done;
    }

    /** The server stays in service; connections that were told to leave still do. */
    synchronized void cancel() {
        Plan current = plan;
        plan = null;
        if (current != null) {
            current.done.cancel(false);
        }
    }

    /** Has a connection leave if it waits for a request; if it does not, its response will say so. */
    void tell(ManagedConnection connection) {
        tell(connection, 0);
    }

    /** A connection came too late to know better. It may ask once, but the drain does not wait for it for ever. */
    void greet(ManagedConnection connection) {
        if (isUnderWay()) {
            tell(connection, settledAt(connection));
        }
    }

    private void tell(ManagedConnection connection, long earliest) {
        long seen = connection.state();
        // Whoever was told by a drain that was taken back since may have to leave sooner now.
        while (ConnectionState.phase(seen).isWaiting()
                && (ConnectionState.reason(seen) == null || ConnectionState.reason(seen) == CloseReason.DRAIN)) {
            long leaveBy = Math.max(earliest, leaveBy(settledAt(connection)));
            long deadline = Math.min(ConnectionState.deadline(seen), leaveBy);
            long told = ConnectionState.move(seen, ConnectionState.phase(seen), CloseReason.DRAIN, deadline);
            if (connection.cas(seen, told)) {
                return;
            }
            seen = connection.state();
        }
    }

    /** When the client can be taken not to be writing its next request already. */
    private static long settledAt(ManagedConnection connection) {
        return connection.idleSince() + SETTLING;
    }

    private long leaveBy(long settledAt) {
        Plan current = plan;
        if (current == null) {
            return ConnectionState.NO_DEADLINE;
        }
        if (current.spread == 0) {
            return manager.now();
        }
        long within = ThreadLocalRandom.current().nextLong(current.spread + 1);
        return Math.max(current.startedAt + within, settledAt);
    }

    /** A connection has ended. */
    void check() {
        Plan current = plan;
        if (current != null && manager.open().isDrained()) {
            complete(current.done);
        }
    }

    /** What hangs on it may block, and this may be the selector's thread or the sweep's. */
    private void complete(CompletableFuture<Void> done) {
        try {
            manager.executor().execute(() -> done.complete(null));
        } catch (RejectedExecutionException stopping) {
            done.complete(null);
        }
    }
}
