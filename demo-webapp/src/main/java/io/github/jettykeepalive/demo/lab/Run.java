package io.github.jettykeepalive.demo.lab;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

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
            finding = new Finding(Mood.MISSING, String.valueOf(e.getMessage()), Map.of());
        }
        return new Column(
                side,
                title,
                finding.mood(),
                finding.verdict(),
                finding.facts(),
                recorder.transcript(),
                recorder.spans());
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
