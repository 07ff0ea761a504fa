package io.github.jettykeepalive.demo.lab;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One run of an experiment. Whatever it opens is closed with it, and when its time is up: closing a socket is what ends a
 * blocked read.
 */
public final class Run implements AutoCloseable {
    private final Bench bench;
    private final Parameters parameters;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private boolean expired;
    private boolean closed;

    /** A run that has not begun. */
    public Run(Bench bench, Parameters parameters) {
        this.bench = bench;
        this.parameters = parameters;
    }

    /** What was chosen. */
    public Parameters parameters() {
        return parameters;
    }

    /** A chosen number. */
    public int number(String name) {
        return parameters.number(name);
    }

    /** A chosen word. */
    public String word(String name) {
        return parameters.word(name);
    }

    /** Runs one column; a server that is not here makes a column that says so. */
    public Column column(Side side, String title, Setup setup, Attempt attempt) throws IOException {
        Finding finding;
        Recorder recorder = new Recorder();
        try (Target target = keep(bench.open(side, setup))) {
            recorder = new Recorder();
            finding = attempt.on(target, recorder);
        } catch (NotHereException e) {
            finding = new Finding(Mood.MISSING, "not here", String.valueOf(e.getMessage()), Map.of());
        }
        return new Column(
                side,
                title,
                finding.mood(),
                finding.score(),
                finding.verdict(),
                finding.facts(),
                recorder.transcript(),
                recorder.spans());
    }

    /** The usual two columns: the same attempt on ours and on a stock Jetty. */
    public List<Column> both(Setup setup, Attempt attempt) throws IOException {
        return List.of(column(Side.OURS, setup, attempt), column(Side.STOCK, setup, attempt));
    }

    /** A column with the usual title. */
    public Column column(Side side, Setup setup, Attempt attempt) throws IOException {
        return column(side, side.title(), setup, attempt);
    }

    /** Does things at the same time, and waits for all of them; the results are in the order of the tasks. */
    public <T> List<T> parallel(List<Callable<T>> tasks) throws IOException {
        ExecutorService threads =
                keep(new Threads(Executors.newFixedThreadPool(tasks.size()))).executor();
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    /** Waits, unless the run ends. */
    public void pause(long millis) throws IOException {
        try {
            Thread.sleep(Math.max(0, millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        if (isExpired()) {
            throw new IOException("the run is over");
        }
    }

    private record Threads(ExecutorService executor) implements AutoCloseable {
        @Override
        public void close() {
            executor.shutdownNow();
        }
    }

    /** Closes it with the run, or at once if the time is up. */
    public <T extends AutoCloseable> T keep(T resource) throws IOException {
        synchronized (this) {
            if (!closed) {
                opened.push(resource);
                return resource;
            }
        }
        quietly(resource);
        throw new IOException("the run is over");
    }

    /** Ends it from outside. */
    public void expire() {
        synchronized (this) {
            expired = !closed;
        }
        close();
    }

    /** Whether the time limit ended it. */
    public synchronized boolean isExpired() {
        return expired;
    }

    @Override
    public void close() {
        Deque<AutoCloseable> resources;
        synchronized (this) {
            closed = true;
            resources = new ArrayDeque<>(opened);
            opened.clear();
        }
        resources.forEach(Run::quietly);
    }

    private static void quietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // It was only to be given up.
        }
    }
}
