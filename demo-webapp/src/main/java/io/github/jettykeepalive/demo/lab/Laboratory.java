package io.github.jettykeepalive.demo.lab;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Runs experiments: a few at once, each for a limited time. */
public final class Laboratory implements AutoCloseable {
    /** Two: they time each other on a small machine as it is. */
    static final int AT_ONCE = 2;

    /** The longest one takes 15 s with all its parameters at their bounds, on an idle machine. */
    static final long TIME_LIMIT_MILLIS = 45_000;

    private final Bench bench;
    private final long timeLimit;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lab-watch");
        thread.setDaemon(true);
        return thread;
    });

    /** A laboratory with the usual time limit. */
    public Laboratory(Bench bench) {
        this(bench, TIME_LIMIT_MILLIS);
    }

    Laboratory(Bench bench, long timeLimit) {
        this.bench = bench;
        this.timeLimit = timeLimit;
    }

    /** Where the servers are. */
    public Bench bench() {
        return bench;
    }

    /**
     * Runs an experiment.
     *
     * @throws BusyException if there is no place free
     * @throws TimeLimitException if it took too long
     */
    public Result run(Experiment experiment, Parameters parameters) throws IOException {
        if (!places.tryAcquire()) {
            throw new BusyException(AT_ONCE);
        }
        try (Run run = new Run(bench, parameters)) {
            Future<?> alarm = watch.schedule(run::expire, timeLimit, TimeUnit.MILLISECONDS);
            try {
                Result result = experiment.run(run);
                failIfExpired(run);
                return result;
            } catch (IOException | RuntimeException e) {
                failIfExpired(run);
                throw e;
            } finally {
                alarm.cancel(false);
            }
        } finally {
            places.release();
        }
    }

    private void failIfExpired(Run run) throws TimeLimitException {
        if (run.isExpired()) {
            throw new TimeLimitException(timeLimit);
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    /** Too many experiments at once. */
    public static final class BusyException extends IOException {
        private static final long serialVersionUID = 1L;

        BusyException(int atOnce) {
            super(atOnce + " experiments are running already; try again in a moment");
        }
    }

    /** An experiment did not end in time. */
    public static final class TimeLimitException extends IOException {
        private static final long serialVersionUID = 1L;

        TimeLimitException(long millis) {
            super("stopped after " + millis / 1000.0 + " s");
        }
    }
}
