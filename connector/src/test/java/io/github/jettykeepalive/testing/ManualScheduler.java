package io.github.jettykeepalive.testing;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.AutoLock;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A Jetty scheduler whose tasks run when a {@link ManualClock} is advanced, on the thread that advances it.
 *
 * <p>An exception of a task reaches the caller of {@link ManualClock#advance}. Made for the project's own classes:
 * Jetty's idle timeouts look at the real clock, whatever their scheduler does.
 */
public final class ManualScheduler extends AbstractLifeCycle implements Scheduler {
    /** No test needs as many; a task that always schedules itself again for now would run for ever. */
    private static final int RUNAWAY = 1_000_000;

    /** By the difference, as a nanoTime may wrap; tasks due at the same time in the order they were scheduled. */
    private static final Comparator<Due> IN_ORDER = ((Comparator<Due>)
                    (left, right) -> Long.signum(left.nanoTime - right.nanoTime))
            .thenComparingLong(due -> due.number);

    private final AutoLock lock = new AutoLock();
    private final ManualClock clock;
    private final PriorityQueue<Due> queue = new PriorityQueue<>(IN_ORDER);
    private long scheduled;

    public ManualScheduler(ManualClock clock) {
        this.clock = clock;
        clock.attach(this);
    }

    @Override
    public Task schedule(Runnable task, long delay, TimeUnit units) {
        try (AutoLock ignored = lock.lock()) {
            var due = new Due(task, clock.getAsLong() + units.toNanos(Math.max(0, delay)), scheduled++);
            queue.add(due);
            return due;
        }
    }

    /** The number of tasks that neither ran nor were cancelled. */
    public int pending() {
        try (AutoLock ignored = lock.lock()) {
            return queue.size();
        }
    }

    /** The number of tasks ever scheduled: shows what costs no timer. */
    public long scheduled() {
        try (AutoLock ignored = lock.lock()) {
            return scheduled;
        }
    }

    void runUntil(long end) {
        for (int runs = 0; ; runs++) {
            var due = pollUntil(end);
            if (due == null) {
                return;
            }
            if (runs == RUNAWAY) {
                throw new AssertionError("a task schedules itself without end: " + due.task);
            }
            clock.set(due.nanoTime);
            due.task.run();
        }
    }

    private @Nullable Due pollUntil(long end) {
        try (AutoLock ignored = lock.lock()) {
            var next = queue.peek();
            return next != null && next.nanoTime - end <= 0 ? queue.poll() : null;
        }
    }

    private final class Due implements Task {
        private final Runnable task;
        private final long nanoTime;
        private final long number;

        private Due(Runnable task, long nanoTime, long number) {
            this.task = task;
            this.nanoTime = nanoTime;
            this.number = number;
        }

        @Override
        public boolean cancel() {
            try (AutoLock ignored = lock.lock()) {
                return queue.remove(this);
            }
        }
    }
}
