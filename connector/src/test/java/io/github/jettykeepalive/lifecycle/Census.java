package io.github.jettykeepalive.lifecycle;

import io.github.jettykeepalive.testing.Eventually;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/**
 * Counts Jetty's connections as a listener of a connector sees them, and knows by weak references which of their end points
 * somebody still holds.
 */
final class Census implements Connection.Listener {
    private final Queue<WeakReference<EndPoint>> endPoints = new ConcurrentLinkedQueue<>();
    private final LongAdder opened = new LongAdder();
    private final LongAdder closed = new LongAdder();

    @Override
    public void onOpened(Connection connection) {
        opened.increment();
        endPoints.add(new WeakReference<>(socket(connection.getEndPoint())));
    }

    @Override
    public void onClosed(Connection connection) {
        closed.increment();
    }

    /** The end point of the socket: whoever holds any part of a connection of ours holds it, too. */
    private static EndPoint socket(EndPoint endPoint) {
        return endPoint instanceof EndPoint.Wrapper wrapper ? socket(wrapper.unwrap()) : endPoint;
    }

    long opened() {
        return opened.sum();
    }

    long closed() {
        return closed.sum();
    }

    /**
     * Waits until closed connections are forgotten, of all these.
     *
     * @param most that may not be: one for each of Jetty's selectors, which remembers the last that it has selected, and one
     *     for each stop, which may overtake the news that a connection is closed
     */
    static void awaitForgotten(Map<Census, Integer> most) {
        Eventually.await(
                Site.PATIENCE,
                "closed connections are forgotten but for so many",
                () -> remembered(most.keySet()),
                counts -> counts.entrySet().stream()
                        .allMatch(count -> count.getValue() <= most.getOrDefault(count.getKey(), 0)));
    }

    void awaitForgotten(int most) {
        awaitForgotten(Map.of(this, most));
    }

    private static synchronized Map<Census, Integer> remembered(Set<Census> all) {
        System.gc();
        return all.stream().collect(Collectors.toMap(census -> census, Census::remembered));
    }

    private int remembered() {
        endPoints.removeIf(reference -> reference.get() == null);
        return endPoints.size();
    }

    @Override
    public String toString() {
        return "opened=" + opened() + ",closed=" + closed();
    }
}
