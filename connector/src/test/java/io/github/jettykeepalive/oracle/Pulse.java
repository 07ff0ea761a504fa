package io.github.jettykeepalive.oracle;

import java.util.concurrent.Exchanger;
import java.util.concurrent.TimeUnit;

/**
 * Time as the threads of this machine have it: it passes only while one that wakes up, wakes another and is woken up by that gets its
 * turns. On a busy machine it is slow, and so is everybody who is waited for.
 */
final class Pulse {
    private static final long BEAT = 5;
    private static final Exchanger<Object> HANDS = new Exchanger<>();
    private static volatile long beats;

    static {
        start("pulse", () -> {
            TimeUnit.MILLISECONDS.sleep(BEAT);
            HANDS.exchange(BEAT);
            HANDS.exchange(BEAT);
            beats = beats + 1;
        });
        start("pulse-echo", () -> HANDS.exchange(BEAT));
    }

    private Pulse() {}

    /** Nanoseconds that have passed. */
    static long now() {
        return TimeUnit.MILLISECONDS.toNanos(beats * BEAT);
    }

    private interface Beat {
        void beat() throws InterruptedException;
    }

    private static void start(String name, Beat beat) {
        var thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            beat.beat();
                        }
                    } catch (InterruptedException x) {
                        // Nobody does.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }
}
