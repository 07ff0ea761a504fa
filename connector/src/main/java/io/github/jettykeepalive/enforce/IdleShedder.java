package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.Phase;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;

/**
 * Makes room: ends the kept-alive connections that have been idle for longest, never one that has a request (nginx does so
 * when it runs out of {@code worker_connections}).
 *
 * <p>Finding the oldest means looking at all, so a batch is chosen at a time. A connection that was chosen and has had a
 * request since is passed over: its state is no longer the one that was seen.
 */
final class IdleShedder {
    private static final int BATCH = 32;

    private record Candidate(ManagedConnection connection, long seen, long idleSince) {
        /** An idle wait without a deadline looks like the one before it, but for its beginning. */
        boolean isStillIdle() {
            return connection.idleSince() == idleSince;
        }
    }

    private final Deque<Candidate> oldestFirst = new ArrayDeque<>(BATCH);

    /** Ends up to {@code count} idle connections out of {@code open}, and says how many it has. */
    synchronized int shed(Iterable<ManagedConnection> open, int count) {
        int shed = 0;
        while (shed < count) {
            if (oldestFirst.isEmpty()) {
                choose(open);
            }
            Candidate oldest = oldestFirst.poll();
            if (oldest == null) {
                return shed;
            }
            if (oldest.isStillIdle() && oldest.connection.gate.claim(oldest.seen, CloseReason.SHED)) {
                shed++;
            }
        }
        return shed;
    }

    private void choose(Iterable<ManagedConnection> open) {
        Comparator<Candidate> byBeginning = Comparator.comparingLong(Candidate::idleSince);
        PriorityQueue<Candidate> longestIdle = new PriorityQueue<>(byBeginning.reversed());
        for (ManagedConnection connection : open) {
            long seen = connection.state();
            if (ConnectionState.phase(seen) == Phase.IDLE) {
                longestIdle.add(new Candidate(connection, seen, connection.idleSince()));
                if (longestIdle.size() > BATCH) {
                    longestIdle.poll();
                }
            }
        }
        while (!longestIdle.isEmpty()) {
            oldestFirst.push(longestIdle.poll());
        }
    }
}
