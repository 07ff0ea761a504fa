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

    /** Half a thousand reuses of a connection near the timeout at 10,000 requests. */
    private static final int BURST = 20;

    public static Plan fromProperties() {
        int requests = Integer.getInteger("interop.requests", 10_000);
        int clients = Math.max(1, Math.min(MOST_CLIENTS, requests / (3 * BURST)));
        return new Plan(requests, clients, BURST, Duration.ofSeconds(2), Long.getLong("interop.seed", 1));
    }

    /** How many of them a client asks; the first ones ask what is left over. */
    public int requestsOf(int client) {
        return requests / clients + (client < requests % clients ? 1 : 0);
    }

    public Pauses pauses() {
        return new Pauses(seed, timeout, burst);
    }
}
