package io.github.jettykeepalive.bench;

import java.time.Duration;

/**
 * How long a run takes; for a short one, {@code -Dbench.launches=1 -Dbench.rounds=1 -Dbench.seconds=1}.
 *
 * @param launches how often the servers are started anew: one start of a JVM is a few percent faster than the next
 * @param rounds in each launch; in a round every server has two turns, once in order and once in reverse
 * @param turn how long a server is under load at a time
 */
record Plan(int launches, int rounds, Duration turn) {
    static Plan fromProperties() {
        return new Plan(
                Integer.getInteger("bench.launches", 3),
                Integer.getInteger("bench.rounds", 5),
                Duration.ofSeconds(Integer.getInteger("bench.seconds", 2)));
    }

    /** Until the compiler is done with the code that a workload uses. */
    Duration warmUp() {
        return turn.multipliedBy(4);
    }
}
