package io.github.jettykeepalive.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** For how long the machine has let a thread wait that wanted nothing but to go on: what is about time proves nothing then. */
public final class Stalls implements AutoCloseable {
    private static final long NAP = 5_000_000;

    private volatile long longest;
    private volatile boolean over;

    private Stalls() {}

    /** Looks from now on. */
    public static Stalls watch() {
        var stalls = new Stalls();
        var thread = new Thread(stalls::look, "stalls");
        thread.setDaemon(true);
        thread.start();
        return stalls;
    }

    private void look() {
        while (!over) {
            long before = System.nanoTime();
            LockSupport.parkNanos(NAP);
            longest = Math.max(longest, System.nanoTime() - before - NAP);
        }
    }

    /** The longest one so far. */
    public Duration longest() {
        return Duration.ofNanos(longest);
    }

    @Override
    public void close() {
        over = true;
    }
}
