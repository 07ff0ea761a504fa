package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.jetty.util.annotation.ManagedAttribute;
import org.eclipse.jetty.util.annotation.ManagedObject;
import org.eclipse.jetty.util.annotation.ManagedOperation;
import org.eclipse.jetty.util.component.Dumpable;
import org.eclipse.jetty.util.component.DumpableCollection;

/**
 * Who is open, and what became of those who no longer are, over all connectors that a factory serves. Thread-safe; counters
 * never run backwards but by a reset.
 */
@ManagedObject("Open connections, and why the others ended")
public final class ConnectionLedger implements Dumpable {
    private static final int[] REQUESTS_UP_TO = {0, 1, 10, 100, 1000, Integer.MAX_VALUE};
    private static final int DUMPED = 100;

    /** Of each connector. */
    private final Set<OpenConnections> open = new CopyOnWriteArraySet<>();

    private final Map<CloseReason, LongAdder> closes = new EnumMap<>(CloseReason.class);
    private final LongAdder opened = new LongAdder();
    private final LongAdder[] requests = new LongAdder[REQUESTS_UP_TO.length];
    private final LongAdder bytesDiscarded = new LongAdder();
    private final LongAdder resetsAvoided = new LongAdder();

    /** Books with nothing in them. */
    public ConnectionLedger() {
        Arrays.setAll(requests, bucket -> new LongAdder());
        for (CloseReason reason : CloseReason.values()) {
            closes.put(reason, new LongAdder());
        }
    }

    /** A connector comes, with what it has open. */
    void add(OpenConnections connections) {
        open.add(connections);
    }

    /** A connector has gone, and nothing of it is open. */
    void remove(OpenConnections connections) {
        open.remove(connections);
    }

    void opened() {
        opened.increment();
    }

    void closed(ManagedConnection connection, CloseReason reason) {
        counter(reason).increment();
        int bucket = 0;
        while (connection.tenure.served() > REQUESTS_UP_TO[bucket]) {
            bucket++;
        }
        requests[bucket].increment();
    }

    void discarded(int bytes) {
        bytesDiscarded.add(bytes);
    }

    void resetAvoided() {
        resetsAvoided.increment();
    }

    private Stream<ManagedConnection> connections() {
        return open.stream().flatMap(connections -> StreamSupport.stream(connections.spliterator(), false));
    }

    /** Connections accepted since the start or the last reset. */
    @ManagedAttribute("Connections accepted")
    public long getOpened() {
        return opened.sum();
    }

    /** Connections whose socket is open, lingering and upgraded ones included. */
    @ManagedAttribute("Connections whose socket is open")
    public int getOpen() {
        return open.stream().mapToInt(OpenConnections::size).sum();
    }

    /** Kept-alive connections that wait for their next request; looks at every open connection. */
    @ManagedAttribute("Kept-alive connections that wait for a request")
    public int getIdle() {
        return count(Phase.IDLE);
    }

    /** How many connections are in a phase; looks at every open connection. */
    public int count(Phase phase) {
        return (int)
                connections().filter(connection -> connection.phase() == phase).count();
    }

    /** Connections that ended for a reason, since the start or the last reset. */
    public long getCloses(CloseReason reason) {
        return counter(reason).sum();
    }

    /** Connections that ended, by reason; reasons that never occurred are left out. */
    @ManagedAttribute("Connections that ended, by reason")
    public Map<String, Long> getClosesByReason() {
        Map<String, Long> counts = new TreeMap<>();
        closes.forEach((reason, count) -> {
            if (count.sum() > 0) {
                counts.put(reason.key(), count.sum());
            }
        });
        return counts;
    }

    /** How many requests the connections that ended had served: {@code 0}, {@code <=1}, {@code <=10} … {@code >1000}. */
    @ManagedAttribute("Connections that ended, by the number of requests they served")
    public Map<String, Long> getRequestsPerConnection() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int i = 0; i < requests.length; i++) {
            String upTo = i == 0 ? "0" : i == requests.length - 1 ? ">1000" : "<=" + REQUESTS_UP_TO[i];
            counts.put(upTo, requests[i].sum());
        }
        return counts;
    }

    /** Bytes that arrived after the last answer and were thrown away. */
    @ManagedAttribute("Bytes thrown away while lingering")
    public long getBytesDiscarded() {
        return bytesDiscarded.sum();
    }

    /** Connections whose late bytes would have cost the client the answer, and did not. */
    @ManagedAttribute("Connections whose late bytes would have cost the client the answer")
    public long getResetsAvoided() {
        return resetsAvoided.sum();
    }

    /**
     * The open connections, each at the moment it is looked at; in no particular order.
     *
     * @param most how many at most
     */
    public List<ConnectionSnapshot> snapshot(int most) {
        return connections().limit(most).map(ConnectionSnapshot::of).toList();
    }

    /** All counters begin again at zero; the open connections stay as they are. */
    @ManagedOperation(value = "Sets all counters to zero", impact = "ACTION")
    public void resetCounters() {
        for (LongAdder count : requests) {
            count.reset();
        }
        opened.reset();
        bytesDiscarded.reset();
        resetsAvoided.reset();
        closes.values().forEach(LongAdder::reset);
    }

    private LongAdder counter(CloseReason reason) {
        return Objects.requireNonNull(closes.get(reason));
    }

    @Override
    public void dump(Appendable out, String indent) throws IOException {
        Dumpable.dumpObjects(
                out,
                indent,
                "ConnectionLedger{open=%d,closes=%s,requests=%s,discarded=%d,resetsAvoided=%d}"
                        .formatted(
                                getOpen(),
                                getClosesByReason(),
                                getRequestsPerConnection(),
                                getBytesDiscarded(),
                                getResetsAvoided()),
                new DumpableCollection("connections", snapshot(DUMPED)));
    }
}
