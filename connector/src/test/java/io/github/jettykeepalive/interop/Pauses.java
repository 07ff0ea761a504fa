package io.github.jettykeepalive.interop;

import java.time.Duration;
import java.util.Random;

/**
 * When clients pause, and for how long: after a burst of requests, between half and one and a half times the server's
 * timeout, mostly in the moments when it is about to strike. All clients pause together, so that all of a proxy's idle
 * connections are wanted again at once and none is kept fresh by the others.
 */
public final class Pauses {
    private static final long MILLI = 1_000_000;

    /** Our sweep ends an idle connection within 100 ms of its timeout. */
    private static final long NEAR_FROM = -20 * MILLI;

    private static final long NEAR_TO = 120 * MILLI;
    private static final long JITTER = 5 * MILLI;

    private final long seed;
    private final long timeout;
    private final int burst;

    Pauses(long seed, Duration timeout, int burst) {
        this.seed = seed;
        this.timeout = timeout.toNanos();
        this.burst = burst;
    }

    /** Whether a client's request with that number, from 0, comes after a pause. */
    public boolean isAfterPause(int number) {
        return number > 0 && number % burst == 0;
    }

    /** The pause before a client's request; none before most. */
    public Duration before(int client, int number) {
        if (!isAfterPause(number)) {
            return Duration.ZERO;
        }
        int round = number / burst;
        var together = new Random(seed * 1_000_003 + round);
        long pause = together.nextInt(3) == 0
                ? between(together, timeout / 2, timeout + timeout / 2)
                : timeout + between(together, NEAR_FROM, NEAR_TO);
        var alone = new Random((seed * 1_000_003 + round) * 1_000_003 + client);
        return Duration.ofNanos(pause + between(alone, -JITTER, JITTER));
    }

    private static long between(Random random, long from, long to) {
        return from + (long) (random.nextDouble() * (to - from));
    }
}
