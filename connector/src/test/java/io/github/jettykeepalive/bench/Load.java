package io.github.jettykeepalive.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Clients on threads of this process, each with a connection of its own. Any answer other than a 200 ends the benchmark. */
final class Load implements AutoCloseable {
    private static final int CLIENTS = 8;
    private static final long HIGHEST = Duration.ofMinutes(1).toNanos();

    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

    /** As many requests as the clients get answered in that time; returns how many. */
    long run(ServerProcess server, Workload workload, Duration time) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        return all(() -> client(server, workload, deadline)).stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static long client(ServerProcess server, Workload workload, long deadline) throws IOException {
        long requests = 0;
        while (System.nanoTime() - deadline < 0) {
            try (Link link = workload.open(server)) {
                boolean kept = true;
                while (kept && System.nanoTime() - deadline < 0) {
                    kept = workload.exchange(link);
                }
                requests += link.received();
            }
        }
        return requests;
    }

    /**
     * Requests at a steady rate, each timed from when it was due.
     *
     * @param rate requests a second, of all clients
     */
    Histogram latency(ServerProcess server, Workload workload, int rate, Duration time)
            throws IOException, InterruptedException {
        long interval = Duration.ofSeconds(1).toNanos() * CLIENTS / rate;
        long deadline = System.nanoTime() + time.toNanos();
        var sum = new Histogram(HIGHEST, 3);
        all(() -> pacedClient(server, workload, interval, deadline)).forEach(sum::add);
        return sum;
    }

    private static Histogram pacedClient(ServerProcess server, Workload workload, long interval, long deadline)
            throws IOException {
        var times = new Histogram(HIGHEST, 3);
        Link link = workload.open(server);
        try {
            for (long due = System.nanoTime() + interval; due - deadline < 0; due += interval) {
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                boolean kept = workload.exchange(link);
                times.recordValue(Math.min(System.nanoTime() - due, HIGHEST));
                if (!kept) {
                    link.close();
                    link = workload.open(server);
                }
            }
        } finally {
            link.close();
        }
        return times;
    }

    private <T> List<T> all(Callable<T> client) throws IOException, InterruptedException {
        List<T> results = new ArrayList<>();
        for (Future<T> result : clients.invokeAll(java.util.Collections.nCopies(CLIENTS, client))) {
            try {
                results.add(result.get());
            } catch (ExecutionException x) {
                throw new IOException(x.getCause());
            }
        }
        return results;
    }

    @Override
    public void close() {
        clients.shutdownNow();
    }
}
