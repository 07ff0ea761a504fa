package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Who is open, and what became of those who no longer are. Thread-safe; counters never run backwards but by a reset. */
public final class ConnectionLedger {
    private final Set<ManagedConnection> open = ConcurrentHashMap.newKeySet();
    private final Map<CloseReason, LongAdder> closes = new EnumMap<>(CloseReason.class);
    private final AtomicInteger upgraded = new AtomicInteger();
    private final LongAdder opened = new LongAdder();
    private final LongAdder bytesDiscarded = new LongAdder();
    private final LongAdder resetsAvoided = new LongAdder();

    ConnectionLedger() {
        for (CloseReason reason : CloseReason.values()) {
            closes.put(reason, new LongAdder());
        }
    }

    void opened(ManagedConnection connection) {
        opened.increment();
        open.add(connection);
    }

    /** True for the call that took the connection out. */
    boolean closed(ManagedConnection connection, CloseReason reason) {
        if (!open.remove(connection)) {
            return false;
        }
        counter(reason).increment();
        return true;
    }

    void discarded(int bytes) {
        bytesDiscarded.add(bytes);
    }

    void resetAvoided() {
        resetsAvoided.increment();
    }

    Set<ManagedConnection> connections() {
        return open;
    }

    /** Whether no connection of ours is left; upgraded ones are another protocol's. */
    boolean isEmpty() {
        return open.size() <= upgraded.get();
    }

    void upgraded(int more) {
        upgraded.addAndGet(more);
    }

    /** Connections accepted since the start or the last reset. */
    public long getOpened() {
        return opened.sum();
    }

    /** Connections whose socket is open, lingering and upgraded ones included. */
    public int getOpen() {
        return open.size();
    }

    /** Kept-alive connections that wait for their next request; looks at every open connection. */
    public int getIdle() {
        return count(Phase.IDLE);
    }

    /** How many connections are in a phase; looks at every open connection. */
    public int count(Phase phase) {
        int count = 0;
        for (ManagedConnection connection : open) {
            if (connection.phase() == phase) {
                count++;
            }
        }
        return count;
    }

    /** Connections that ended for a reason, since the start or the last reset. */
    public long getCloses(CloseReason reason) {
        return counter(reason).sum();
    }

    /** Bytes that arrived after the last answer and were thrown away. */
    public long getBytesDiscarded() {
        return bytesDiscarded.sum();
    }

    /** Connections whose late bytes would have cost the client the answer, and did not. */
    public long getResetsAvoided() {
        return resetsAvoided.sum();
    }

    /**
     * The open connections, each at the moment it is looked at; in no particular order.
     *
     * @param most how many at most
     */
    public List<ConnectionSnapshot> snapshot(int most) {
        return open.stream().limit(most).map(ConnectionSnapshot::of).toList();
    }

    /** All counters begin again at zero; the open connections stay as they are. */
    public void reset() {
        opened.reset();
        bytesDiscarded.reset();
        resetsAvoided.reset();
        closes.values().forEach(LongAdder::reset);
    }

    private LongAdder counter(CloseReason reason) {
        return Objects.requireNonNull(closes.get(reason));
    }
}
