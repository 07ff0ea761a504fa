package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes room: ends the connections that have never sent a request, from a second on, then the kept-alive ones that have been idle
 * for longest, never one that has a request (nginx does so when it runs out of {@code worker_connections}).
 *
 * <p>While there are too many, and only then, it keeps a list: all that are idle when that begins, and each that goes idle
 * afterwards. So what cannot be shed costs nothing when another one comes. A connection that has had a request since it was
 * listed is listed anew when it is found, or when it goes idle again. Thread-safe: the list has a monitor, under which
 * nothing is ended.
 */
final class IdleShedder {
    /** How long a connection that has never asked is left alone, in milliseconds. */
    static final long NEWCOMER = 1000;

    private static final Comparator<Candidate> LONGEST_IDLE_FIRST = Comparator.comparingLong(Candidate::idleSince)
            .thenComparingLong(candidate -> candidate.connection.tenure.id);

    /** An idle connection, as it was when it was listed. */
    record Candidate(ManagedConnection connection, long seen, long idleSince) {
        static @Nullable Candidate of(ManagedConnection connection) {
            long idleSince = connection.idleSince();
            long seen = connection.state();
            return ConnectionState.phase(seen).isWaiting() ? new Candidate(connection, seen, idleSince) : null;
        }

        boolean hasNeverAsked() {
            return ConnectionState.phase(seen) == Phase.NEW;
        }

        /** Whether it has had its time to send the first request. */
        boolean isRipe(long now) {
            return !hasNeverAsked() || now - idleSince >= NEWCOMER;
        }

        /**
         * Ends it, if it has had no request since. An idle wait without a deadline looks like the one before it, but for its
         * beginning. A request that comes in between is served, and the connection closes behind it.
         */
        boolean shed() {
            boolean claimed = connection.idleSince() == idleSince && connection.gate.claim(seen, CloseReason.SHED);
            if (claimed) {
                connection.shed = true;
            }
            return claimed;
        }
    }

    private final LongSupplier clock;
    private final NavigableSet<Candidate> silent = new TreeSet<>(LONGEST_IDLE_FIRST);
    private final NavigableSet<Candidate> idle = new TreeSet<>(LONGEST_IDLE_FIRST);
    private volatile boolean crowded;

    IdleShedder(LongSupplier clock) {
        this.clock = clock;
    }

    /** Ends up to {@code count} of a few, those that have been idle for longest, and says how many it has. */
    static long shed(Iterable<ManagedConnection> few, long count, long now) {
        List<Candidate> candidates = new ArrayList<>();
        for (ManagedConnection connection : few) {
            Candidate candidate = Candidate.of(connection);
            if (candidate != null && candidate.isRipe(now)) {
                candidates.add(candidate);
            }
        }
        candidates.sort(
                Comparator.comparing(Candidate::hasNeverAsked).reversed().thenComparing(LONGEST_IDLE_FIRST));
        return candidates.stream().filter(Candidate::shed).limit(count).count();
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
        if (crowded && !isListed(connection)) {
            add(connection);
        }
    }

    /** Whether it has its place; what was listed as having never asked has another when it has. */
    private static boolean isListed(ManagedConnection connection) {
        Candidate candidate = connection.candidate;
        return candidate != null && (!candidate.hasNeverAsked() || connection.phase() == Phase.NEW);
    }

    /** The connection is closed. */
    void closed(ManagedConnection connection) {
        if (connection.candidate != null) {
            remove(connection);
        }
    }

    private synchronized void add(ManagedConnection connection) {
        Candidate candidate = crowded && !isListed(connection) ? Candidate.of(connection) : null;
        if (candidate == null) {
            // Whoever has it go idle later comes here again.
            return;
        }
        remove(connection);
        connection.candidate = candidate;
        listOf(candidate).add(candidate);
        if (connection.phase() == Phase.CLOSED) {
            // It has gone before it was here.
            remove(connection);
        }
    }

    private synchronized void remove(ManagedConnection connection) {
        Candidate candidate = connection.candidate;
        connection.candidate = null;
        if (candidate != null) {
            listOf(candidate).remove(candidate);
        }
    }

    private NavigableSet<Candidate> listOf(Candidate candidate) {
        return candidate.hasNeverAsked() ? silent : idle;
    }

    private synchronized @Nullable Candidate takeOldest() {
        boolean ripe = !silent.isEmpty() && silent.first().isRipe(clock.getAsLong());
        Candidate oldest = (ripe ? silent : idle).pollFirst();
        if (oldest != null) {
            oldest.connection.candidate = null;
        }
        return oldest;
    }

    private synchronized void forgetAll() {
        crowded = false;
        for (NavigableSet<Candidate> list : List.of(silent, idle)) {
            list.forEach(candidate -> candidate.connection.candidate = null);
            list.clear();
        }
    }

    /** How many are listed. */
    synchronized int size() {
        return silent.size() + idle.size();
    }
}
