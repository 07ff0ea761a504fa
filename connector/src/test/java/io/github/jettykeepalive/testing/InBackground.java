package io.github.jettykeepalive.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Work beside a test, each piece on a thread of its own.
 *
 * <p>The pool that {@link CompletableFuture} takes unasked has a single thread on a machine of two processors (JDK 25), and what
 * tests do there blocks: the second piece of work would wait for the first.
 */
public final class InBackground {
    private static final Executor THREADS = Executors.newCachedThreadPool(InBackground::daemon);

    private InBackground() {}

    public static CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(task, THREADS);
    }

    public static <T> CompletableFuture<T> supply(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, THREADS);
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "in-background");
        thread.setDaemon(true);
        return thread;
    }
}
