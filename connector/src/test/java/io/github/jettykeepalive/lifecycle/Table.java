package io.github.jettykeepalive.lifecycle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The rows of a table test, played several at a time because nearly all of their time is waiting; each is a test of its own
 * that waits for its row.
 *
 * @param <R> a row, a value
 * @param <T> what it comes to
 */
final class Table<R, T> implements AutoCloseable {
    private final Map<R, Future<T>> outcomes = new LinkedHashMap<>();
    private final ExecutorService players;

    /** Plays one row. */
    @FunctionalInterface
    interface Play<R, T> {
        T play(R row) throws Exception;
    }

    /** Begins all rows. */
    Table(Stream<R> rows, int atOnce, Play<R, T> play) {
        players = Executors.newFixedThreadPool(atOnce, task -> new Thread(task, Site.THREADS + "-player"));
        rows.forEach(row -> outcomes.put(row, players.submit(() -> play.play(row))));
    }

    /** What the row came to; a failure names the row. */
    T outcome(R row) throws InterruptedException {
        try {
            return outcomes.get(row).get();
        } catch (ExecutionException failure) {
            Throwable cause = failure.getCause();
            throw new AssertionError(row + ": " + cause.getMessage(), cause);
        }
    }

    @Override
    public void close() throws InterruptedException {
        players.shutdownNow();
        players.awaitTermination(Site.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
