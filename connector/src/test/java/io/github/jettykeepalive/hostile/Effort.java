package io.github.jettykeepalive.hostile;

import java.time.Duration;
import java.util.Random;

/** How long to go on, and from which seed: the short form begins with the same seed every time, the soak with a new one. */
final class Effort {
    /** Replays one episode: {@code -Dhostile.seed=…}. */
    static final String SEED = "hostile.seed";

    private static final String SOAK = "hostile.soak";

    /** How many minutes the soak takes in all; with less, what goes by time takes so much less. */
    private static final String MINUTES = "hostile.minutes";

    private static final int ALL = 30;
    private static final String STOCK = "hostile.stock";

    private Effort() {}

    /** Whether this is the profile {@code soak}. */
    static boolean isSoak() {
        return Boolean.getBoolean(SOAK);
    }

    /** Whether Jetty's own factory is to take the seeds, to see what it makes of them: {@code -Dhostile.stock=true}. */
    static boolean isStock() {
        return Boolean.getBoolean(STOCK);
    }

    static <T> T of(T shortForm, T soak) {
        return isSoak() ? soak : shortForm;
    }

    /**
     * Begins a series of episodes.
     *
     * @param soak how long it takes of the half hour
     */
    static Seeds seeds(Duration shortForm, Duration soak) {
        String replayed = System.getProperty(SEED);
        if (replayed != null) {
            return new Seeds(Long.parseLong(replayed), 0);
        }
        long first = isSoak() ? System.nanoTime() & 0xFFFF_FFFFL : 1;
        Duration share = soak.multipliedBy(Integer.getInteger(MINUTES, ALL)).dividedBy(ALL);
        return new Seeds(first, System.nanoTime() + of(shortForm, share).toNanos());
    }

    /** One seed after the other, until time is up; a replayed one is the only one. */
    static final class Seeds {
        private final long deadline;
        private long next;
        private int taken;

        private Seeds(long first, long deadline) {
            this.deadline = deadline;
            next = first;
        }

        boolean goOn() {
            return taken == 0 || (deadline != 0 && System.nanoTime() - deadline < 0);
        }

        long next() {
            taken++;
            return next++;
        }

        int taken() {
            return taken;
        }
    }

    /** The failure as it is to be reported: with what repeats it. */
    static AssertionError replayable(long seed, Throwable failure) {
        return new AssertionError("seed " + seed + ", replay with -D" + SEED + "=" + seed, failure);
    }

    /** Neighbouring seeds give unlike sequences. */
    static Random random(long seed, long stream) {
        return new Random((seed * 0x9E37_79B9_7F4A_7C15L) ^ (stream * 0xC2B2_AE3D_27D4_EB4FL));
    }
}
