package io.github.jettykeepalive.oracle;

import io.github.jettykeepalive.testing.Eventually;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Whether the servers rest when nobody asks them anything, and have given back what they used. */
final class Quiet {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long WINDOW = 400;

    /** A thread that spins uses most of the window, even where others want the processor, too. */
    private static final long BUSY = TimeUnit.MILLISECONDS.toNanos(WINDOW / 8);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private Quiet() {}

    /** Asserts it, when all episodes are over; of what stock Jetty has lost, nothing. */
    static void check(Oracle oracle) throws InterruptedException {
        for (Side side : oracle.ours()) {
            Eventually.await(PATIENCE, "nothing is left of the episodes", side::leftOver, String::isEmpty);
        }
        Map<String, Long> busy = busy();
        if (!busy.isEmpty()) {
            // What has only been late has had its time by now.
            busy = busy();
        }
        if (!busy.isEmpty()) {
            throw new AssertionError("busy although nobody asks anything, ms of " + WINDOW + ": " + busy);
        }
    }

    private static Map<String, Long> busy() throws InterruptedException {
        Map<Long, Long> before = used();
        TimeUnit.MILLISECONDS.sleep(WINDOW);
        var busy = new TreeMap<String, Long>();
        used().forEach((thread, time) -> {
            long used = time - before.getOrDefault(thread, time);
            var info = THREADS.getThreadInfo(thread, 12);
            if (used > BUSY && info != null && thread != Thread.currentThread().getId()) {
                busy.put(info.toString(), TimeUnit.NANOSECONDS.toMillis(used));
            }
        });
        return busy;
    }

    private static Map<Long, Long> used() {
        var used = new HashMap<Long, Long>();
        for (long thread : THREADS.getAllThreadIds()) {
            used.put(thread, THREADS.getThreadCpuTime(thread));
        }
        return used;
    }
}
