package io.github.jettykeepalive.demo.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes down what one column's clients do, by one clock that starts with it. Thread-safe; bounded in size. */
public final class Recorder {
    private static final int MOST_LINES = 300;
    private static final int MOST_SPANS = 600;
    private static final int LONGEST_TEXT = 1500;

    private final long start = System.nanoTime();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Line> lines = new ArrayList<>();
    private final List<Span> spans = new ArrayList<>();

    /** Milliseconds since the column's start. */
    public double now() {
        return Math.round((System.nanoTime() - start) / 10_000.0) / 100.0;
    }

    /** A number for a new connection, from 1. */
    public int nextConnection() {
        return connections.incrementAndGet();
    }

    /** How many connections there were. */
    public int connections() {
        return connections.get();
    }

    /** A new part of the run begins; the waterfall shows where. */
    public void mark(String text) {
        line(0, "mark", text);
    }

    /** Something that no peer sent, but that happened. */
    public void note(int connection, String text) {
        line(connection, "note", text);
    }

    /** What went over a connection. */
    public synchronized void line(int connection, String from, String text) {
        if (lines.size() < MOST_LINES) {
            lines.add(new Line(now(), connection, from, shortened(text)));
        }
    }

    /** A bar of the waterfall that ends now. */
    public void span(String lane, String kind, String label, double from) {
        span(lane, kind, label, from, now());
    }

    /** A bar of the waterfall. */
    public synchronized void span(String lane, String kind, String label, double from, double to) {
        if (spans.size() < MOST_SPANS) {
            spans.add(new Span(lane, kind, label, from, to));
        }
    }

    /** In the order of time. */
    public synchronized List<Line> transcript() {
        return lines.stream().sorted(Comparator.comparingDouble(Line::at)).toList();
    }

    /** As they were drawn. */
    public synchronized List<Span> spans() {
        return List.copyOf(spans);
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_TEXT
                ? text
                : text.substring(0, LONGEST_TEXT) + "… (" + text.length() + " characters)";
    }
}
