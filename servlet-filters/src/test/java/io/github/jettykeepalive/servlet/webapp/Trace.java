package io.github.jettykeepalive.servlet.webapp;

import java.util.ArrayList;
import java.util.List;

/** What an application sees in an episode, complete when all that it began has ended. */
final class Trace {
    /** What never ends is not worth waiting for longer. */
    private static final long PATIENCE = 500;

    private final List<String> lines = new ArrayList<>();
    private int running;

    synchronized void add(String line) {
        lines.add(line);
    }

    /** Something begins that will {@link #end}. */
    synchronized void begin() {
        running++;
    }

    synchronized void end() {
        running--;
        notifyAll();
    }

    /** The lines, when nothing is running any more: a client has its response earlier. */
    synchronized List<String> await() {
        long end = System.nanoTime() + PATIENCE * 1_000_000;
        try {
            long left = PATIENCE;
            while (running > 0 && left > 0) {
                wait(left);
                left = (end - System.nanoTime()) / 1_000_000;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.copyOf(lines);
    }
}
