package io.github.jettykeepalive.demo.board;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.enforce.ConnectionLedger;
import io.github.jettykeepalive.enforce.ConnectionSnapshot;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Watches connection factories of the running server. The only class of the lab that needs the connector's classes. */
public final class FactoryWatch implements Watch {
    private final List<KeepAliveConnectionFactory> permanent;
    private final List<KeepAliveConnectionFactory> passing = new CopyOnWriteArrayList<>();
    private final Map<String, Long> pastCloses = new TreeMap<>();
    private final Map<String, Long> pastTotals = new TreeMap<>();

    /**
     * Watches these from now on.
     *
     * @param permanent those that the knobs are for
     */
    public FactoryWatch(List<KeepAliveConnectionFactory> permanent) {
        this.permanent = List.copyOf(permanent);
    }

    /** One more, for the time of an experiment. */
    public void add(KeepAliveConnectionFactory factory) {
        passing.add(factory);
    }

    /** No more; what it counted stays in the sums. */
    public synchronized void remove(KeepAliveConnectionFactory factory) {
        if (passing.remove(factory)) {
            addCloses(pastCloses, factory.getLedger());
            addTotals(pastTotals, factory.getLedger());
        }
    }

    @Override
    public synchronized Census census(int most) {
        List<Row> rows = new ArrayList<>();
        Map<String, Long> closes = new TreeMap<>(pastCloses);
        Map<String, Long> totals = new TreeMap<>(pastTotals);
        for (KeepAliveConnectionFactory factory : all()) {
            ConnectionLedger ledger = factory.getLedger();
            ledger.snapshot(most - rows.size()).forEach(snapshot -> rows.add(row(snapshot)));
            addCloses(closes, ledger);
            addTotals(totals, ledger);
        }
        addNow(totals, "open", ConnectionLedger::getOpen);
        addNow(totals, "idle", ConnectionLedger::getIdle);
        addNow(totals, "lingering", ledger -> ledger.count(Phase.LINGERING));
        return new Census(rows, totals, new LinkedHashMap<>(closes), controls());
    }

    private List<KeepAliveConnectionFactory> all() {
        List<KeepAliveConnectionFactory> all = new ArrayList<>(permanent);
        all.addAll(passing);
        return all;
    }

    private void addNow(Map<String, Long> totals, String name, ToLongFunction<ConnectionLedger> count) {
        totals.put(
                name,
                all().stream()
                        .mapToLong(factory -> count.applyAsLong(factory.getLedger()))
                        .sum());
    }

    private static void addCloses(Map<String, Long> closes, ConnectionLedger ledger) {
        for (CloseReason reason : CloseReason.values()) {
            long count = ledger.getCloses(reason);
            if (count > 0) {
                closes.merge(reason.key(), count, Long::sum);
            }
        }
    }

    private static void addTotals(Map<String, Long> totals, ConnectionLedger ledger) {
        totals.merge("opened", ledger.getOpened(), Long::sum);
        totals.merge("bytesDiscarded", ledger.getBytesDiscarded(), Long::sum);
        totals.merge("resetsAvoided", ledger.getResetsAvoided(), Long::sum);
    }

    private static Row row(ConnectionSnapshot snapshot) {
        @Nullable CloseReason reason = snapshot.reason();
        return new Row(
                snapshot.id(),
                snapshot.peer().replaceFirst("^/", ""),
                snapshot.secure(),
                snapshot.phase().name(),
                reason == null ? null : reason.key(),
                snapshot.requests(),
                snapshot.requestsLeft(),
                snapshot.ageMillis(),
                snapshot.idleMillis(),
                snapshot.deadlineMillis());
    }

    private Census.Controls controls() {
        KeepAliveConnectionFactory first = permanent.get(0);
        return new Census.Controls(true, first.getMaxRequests(), first.getKeepAliveTimeout(), first.isDraining());
    }

    @Override
    public void change(int maxRequests, long keepAliveTimeout) {
        for (KeepAliveConnectionFactory factory : permanent) {
            factory.setMaxRequests(maxRequests);
            factory.setKeepAliveTimeout(keepAliveTimeout);
        }
    }

    @Override
    public void drain(long spreadMillis) {
        for (KeepAliveConnectionFactory factory : permanent) {
            var unused = factory.drain(spreadMillis);
        }
    }

    @Override
    public void resume() {
        permanent.forEach(KeepAliveConnectionFactory::resume);
    }
}
