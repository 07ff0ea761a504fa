package io.github.jettykeepalive.interop;

import java.time.Duration;

/**
 * How much is asked of a peer; {@code -Dinterop.requests=500} for a short run, {@code -Dinterop.seed=N} for other pauses.
 *
 * @param requests of all clients together
 * @param clients at once
 * @param burst requests of a client from one pause to the next
 * @param timeout the origin's {@code keepAliveTimeout}, around which the pauses are
 */
public record Plan(int requests, int clients, int burst, Duration timeout, long seed) {
    private static final int MOST_CLIENTS = 32;

    /** Odd, like the other, so that what comes after a pause is a GET and a POST in turns. */
    private static final int BURST = 21;

    private static final int CROWDED_BURST = 7;
    private static final Duration CROWDED_TIMEOUT = Duration.ofMillis(300);

    public static Plan fromProperties() {
        int requests = Integer.getInteger("interop.requests", 10_000);
        int clients = Math.max(1, Math.min(MOST_CLIENTS, requests / (2 * BURST)));
        return new Plan(requests, clients, BURST, Duration.ofSeconds(2), Long.getLong("interop.seed", 1));
    }

    /** As many requests, with more pauses, around a timeout of a fraction of a second: for what happens near it. */
    public Plan crowded() {
        return new Plan(requests, clients, CROWDED_BURST, CROWDED_TIMEOUT, seed);
    }

    public Plan withTimeout(Duration newTimeout) {
        return new Plan(requests, clients, burst, newTimeout, seed);
    }

    /** As many requests, one right after the other. */
    public Plan withoutPauses() {
        return new Plan(requests, clients, Integer.MAX_VALUE, timeout, seed);
    }

    /** How many of them a client asks; the first ones ask what is left over. */
    public int requestsOf(int client) {
        return requests / clients + (client < requests % clients ? 1 : 0);
    }

    public Pauses pauses() {
        return new Pauses(seed, timeout, burst);
    }
}
