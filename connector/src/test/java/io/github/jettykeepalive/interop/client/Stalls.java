package io.github.jettykeepalive.interop.client;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** For how long the machine has let a thread wait that wanted nothing but to go on: what is about time proves nothing then. */
final class Stalls {
    private static final long NAP = 5_000_000;

    private volatile long longest;
    private volatile boolean over;

    private Stalls() {}

    static Stalls watch() {
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

    /** The longest one, with which the watch is over. */
    Duration longest() {
        over = true;
        return Duration.ofNanos(longest);
    }
}
