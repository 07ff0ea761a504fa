package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes room: ends the kept-alive connections that have been idle for longest, never one that has a request (nginx does so
 * when it runs out of {@code worker_connections}).
 *
 * <p>While there are too many, and only then, it keeps a list: all that are idle when that begins, and each that goes idle
 * afterwards. So what cannot be shed costs nothing when another one comes. A connection that has had a request since it was
 * listed is listed anew when it is found, or when it goes idle again. Thread-safe: the list has a monitor, under which
 * nothing is ended.
 */
final class IdleShedder {
    private static final Comparator<Candidate> LONGEST_IDLE_FIRST = Comparator.comparingLong(Candidate::idleSince)
            .thenComparingLong(candidate -> candidate.connection.tenure.id);

    /** An idle connection, as it was when it was listed. */
    record Candidate(ManagedConnection connection, long seen, long idleSince) {
        static @Nullable Candidate of(ManagedConnection connection) {
            long idleSince = connection.idleSince();
            long seen = connection.state();
            return ConnectionState.phase(seen) == Phase.IDLE ? new Candidate(connection, seen, idleSince) : null;
        }

        /** Ends it, if it has had no request since. An idle wait without a deadline looks like the one before it, but for its beginning. */
        boolean shed() {
            return connection.idleSince() == idleSince && connection.gate.claim(seen, CloseReason.SHED);
        }
    }

    private final TreeSet<Candidate> list = new TreeSet<>(LONGEST_IDLE_FIRST);
    private volatile boolean crowded;

    /** Ends the one of a few that has been idle for longest; false if none is idle. */
    static boolean shedOne(Iterable<ManagedConnection> few) {
        List<Candidate> candidates = new ArrayList<>();
        for (ManagedConnection connection : few) {
            Candidate candidate = Candidate.of(connection);
            if (candidate != null) {
                candidates.add(candidate);
            }
        }
        candidates.sort(LONGEST_IDLE_FIRST);
        return candidates.stream().anyMatch(Candidate::shed);
    }

    /** Ends up to {@code count} idle connections out of {@code open}, and says how many it has. */
    int shed(Iterable<ManagedConnection> open, int count) {
        if (!crowded) {
            crowded = true;
            open.forEach(this::wentIdle);
        }
        int shed = 0;
        while (shed < count) {
            Candidate oldest = takeOldest();
            if (oldest == null) {
                return shed;
            }
            if (oldest.shed()) {
                shed++;
            } else {
                wentIdle(oldest.connection);
            }
        }
        return shed;
    }

    /** There is room. */
    void rest() {
        if (crowded) {
            forgetAll();
        }
    }

    /** A connection waits for a request; on any thread. Costs a look while there is room. */
    void wentIdle(ManagedConnection connection) {
        if (crowded && connection.candidate == null) {
            add(connection);
        }
    }

    /** The connection is closed. */
    void closed(ManagedConnection connection) {
        if (connection.candidate != null) {
            remove(connection);
        }
    }

    private synchronized void add(ManagedConnection connection) {
        Candidate candidate = crowded && connection.candidate == null ? Candidate.of(connection) : null;
        if (candidate == null) {
            // Whoever has it go idle later comes here again.
            return;
        }
        connection.candidate = candidate;
        list.add(candidate);
        if (connection.phase() == Phase.CLOSED) {
            // It has gone before it was here.
            remove(connection);
        }
    }

    private synchronized void remove(ManagedConnection connection) {
        Candidate candidate = connection.candidate;
        connection.candidate = null;
        if (candidate != null) {
            list.remove(candidate);
        }
    }

    private synchronized @Nullable Candidate takeOldest() {
        Candidate oldest = list.pollFirst();
        if (oldest != null) {
            oldest.connection.candidate = null;
        }
        return oldest;
    }

    private synchronized void forgetAll() {
        crowded = false;
        list.forEach(candidate -> candidate.connection.candidate = null);
        list.clear();
    }

    /** How many are listed. */
    synchronized int size() {
        return list.size();
    }
}
