package io.github.jettykeepalive.policy;

import java.time.Duration;

/**
 * The bounds of lingering close (nginx {@code lingering_close}): after our FIN, what the peer still sends is read and
 * discarded until its own FIN, so that no reset destroys the response (RFC 9112 section 9.6).
 *
 * @param enabled whether to linger at all; without it Jetty's own close is used
 * @param timeout how long one connection may linger in all; more than zero
 * @param idleTimeout how long to wait for the next byte, or for the FIN; more than zero, at most {@code timeout}
 * @param maxBytes how many bytes to discard from one connection; 0 = no bound
 * @param maxLingering how many connections may linger at once, at least 1; beyond it the oldest is reset
 */
public record LingerPolicy(boolean enabled, Duration timeout, Duration idleTimeout, long maxBytes, int maxLingering) {
    /** nginx's times ({@code lingering_time 30s}, {@code lingering_timeout 5s}), and room for 10,000. */
    public static final LingerPolicy DEFAULT =
            new LingerPolicy(true, Duration.ofSeconds(30), Duration.ofSeconds(5), 0, 10_000);

    public LingerPolicy {
        Check.duration("lingerTimeout", timeout);
        Check.duration("lingerIdleTimeout", idleTimeout);
        Check.that(timeout.toMillis() > 0, "lingerTimeout", Check.millis(timeout), "> 0 ms");
        Check.that(idleTimeout.toMillis() > 0, "lingerIdleTimeout", Check.millis(idleTimeout), "> 0 ms");
        Check.that(
                idleTimeout.compareTo(timeout) <= 0,
                "lingerIdleTimeout",
                Check.millis(idleTimeout),
                "<= lingerTimeout: " + Check.millis(timeout));
        Check.atLeast("lingerMaxBytes", maxBytes, 0);
        Check.atLeast("maxLingering", maxLingering, 1);
    }

    /** When lingering ends if nothing more arrives: the gap from {@code now}, but never past the total. */
    public long deadline(long startedAt, long now) {
        return Math.min(startedAt + timeout.toMillis(), now + idleTimeout.toMillis());
    }

    /** Whether so many discarded bytes are more than a peer is granted. */
    public boolean exceeds(long discarded) {
        return maxBytes > 0 && discarded > maxBytes;
    }
}
