package io.github.jettykeepalive.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of lingering close (nginx {@code lingering_close}): after our FIN, what the peer still sends is read and
 * discarded until its own FIN, so that no reset destroys the response (RFC 9112 section 9.6).
 *
 * <p>A time that was not set gives way to what was set: the default of {@code idleTimeout} to a shorter {@code timeout} and to
 * a shorter idle timeout of the connector, the default of {@code timeout} to a longer {@code idleTimeout} and to a longer
 * {@link KeepAlivePolicy#clientClosesFirst}. The {@code with} methods set one value and leave the others as they are.
 *
 * @param enabled whether to linger at all; without it Jetty's own close is used
 * @param timeout how long one connection may linger in all; more than zero
 * @param idleTimeout how long to wait for the next byte, or for the FIN; more than zero, at most {@code timeout}
 * @param maxBytes how many bytes to discard from one connection; 0 = no bound
 * @param maxRate how many bytes a second all connections of a connector that linger may discard together; 0 = no bound,
 *     less than 65536 is 65536
 * @param maxLingering how many connections may linger at once, at least 1; beyond it the oldest is reset
 * @param timeoutSet whether {@code timeout} was set; if not, it is a default
 * @param idleTimeoutSet whether {@code idleTimeout} was set; if not, it is a default
 */
public record LingerPolicy(
        boolean enabled,
        Duration timeout,
        Duration idleTimeout,
        long maxBytes,
        long maxRate,
        int maxLingering,
        boolean timeoutSet,
        boolean idleTimeoutSet) {
    /** More than a gigabit line brings; over TLS a tenth of a core. */
    private static final long USUAL_RATE = 128L * 1024 * 1024;

    /** nginx's times ({@code lingering_time 30s}, {@code lingering_timeout 5s}), none of them set, and room for 10,000. */
    public static final LingerPolicy DEFAULT =
            new LingerPolicy(true, Duration.ofSeconds(30), Duration.ofSeconds(5), 0, USUAL_RATE, 10_000, false, false);

    public LingerPolicy {
        Check.duration("lingerTimeout", timeout);
        Check.that(timeout.toMillis() > 0, "lingerTimeout", Check.millis(timeout), "> 0 ms");
        Check.duration("lingerIdleTimeout", idleTimeout);
        Check.that(idleTimeout.toMillis() > 0, "lingerIdleTimeout", Check.millis(idleTimeout), "> 0 ms");
        Check.that(
                idleTimeout.compareTo(timeout) <= 0,
                "lingerIdleTimeout",
                Check.millis(idleTimeout),
                "<= lingerTimeout: " + Check.millis(timeout));
        Check.atLeast("lingerMaxBytes", maxBytes, 0);
        Check.atLeast("lingerMaxRate", maxRate, 0);
        Check.atLeast("maxLingering", maxLingering, 1);
    }

    /** Bounds that are set, but for {@code maxRate}. */
    public LingerPolicy(boolean enabled, Duration timeout, Duration idleTimeout, long maxBytes, int maxLingering) {
        this(enabled, timeout, idleTimeout, maxBytes, USUAL_RATE, maxLingering, true, true);
    }

    /** Bounds of which a time may be left to its default, by null. */
    private static LingerPolicy of(
            boolean enabled,
            @Nullable Duration timeout,
            @Nullable Duration idleTimeout,
            long maxBytes,
            long maxRate,
            int maxLingering) {
        Duration total = timeout != null ? timeout : usualTimeout(idleTimeout, Duration.ZERO);
        Duration gap = idleTimeout != null ? idleTimeout : usualIdleTimeout(total);
        return new LingerPolicy(
                enabled, total, gap, maxBytes, maxRate, maxLingering, timeout != null, idleTimeout != null);
    }

    // A default stays in its own range whatever it gives way to, so that what is refused is the value that was set.

    /** The default time in all: enough to be silent for once, and to wait for the client's FIN before ours. */
    static Duration usualTimeout(@Nullable Duration idleTimeout, Duration clientClosesFirst) {
        Duration gap = idleTimeout != null ? idleTimeout : DEFAULT.idleTimeout;
        Duration least = Check.atMostLongest(clientClosesFirst).plus(Check.atMostLongest(gap));
        return least.compareTo(DEFAULT.timeout) <= 0 ? DEFAULT.timeout : Check.atMostLongest(least);
    }

    /** The default gap: no longer than the time in all. */
    static Duration usualIdleTimeout(Duration timeout) {
        boolean shorter = timeout.compareTo(DEFAULT.idleTimeout) < 0 && timeout.compareTo(Duration.ofMillis(1)) >= 0;
        return shorter ? timeout : DEFAULT.idleTimeout;
    }

    /** A copy with another {@link #enabled}. */
    public LingerPolicy withEnabled(boolean value) {
        return of(value, givenTimeout(), givenIdleTimeout(), maxBytes, maxRate, maxLingering);
    }

    /** A copy with another {@link #timeout}, which is set. */
    public LingerPolicy withTimeout(Duration value) {
        return of(enabled, value, givenIdleTimeout(), maxBytes, maxRate, maxLingering);
    }

    /** A copy with another {@link #idleTimeout}, which is set. */
    public LingerPolicy withIdleTimeout(Duration value) {
        return of(enabled, givenTimeout(), value, maxBytes, maxRate, maxLingering);
    }

    /** A copy with another {@link #maxBytes}. */
    public LingerPolicy withMaxBytes(long value) {
        return of(enabled, givenTimeout(), givenIdleTimeout(), value, maxRate, maxLingering);
    }

    /** A copy with another {@link #maxRate}. */
    public LingerPolicy withMaxRate(long value) {
        return of(enabled, givenTimeout(), givenIdleTimeout(), maxBytes, value, maxLingering);
    }

    /** A copy with another {@link #maxLingering}. */
    public LingerPolicy withMaxLingering(int value) {
        return of(enabled, givenTimeout(), givenIdleTimeout(), maxBytes, maxRate, value);
    }

    @Nullable
    Duration givenTimeout() {
        return timeoutSet ? timeout : null;
    }

    @Nullable
    Duration givenIdleTimeout() {
        return idleTimeoutSet ? idleTimeout : null;
    }

    /**
     * How long to wait for the next byte, or for the FIN.
     *
     * @param connectorIdleTimeout the connector's idle timeout in milliseconds, to which a default gives way; 0 or less = none
     * @return milliseconds, more than 0
     */
    public long idleMillis(long connectorIdleTimeout) {
        long idle = idleTimeout.toMillis();
        return idleTimeoutSet || connectorIdleTimeout <= 0 ? idle : Math.min(idle, connectorIdleTimeout);
    }

    /**
     * When lingering ends if nothing more arrives: the gap from {@code now}, but never past the total.
     *
     * @param startedAt when lingering began, in milliseconds on the caller's clock
     * @param connectorIdleTimeout as for {@link #idleMillis}
     */
    public long deadline(long startedAt, long now, long connectorIdleTimeout) {
        return Math.min(startedAt + timeout.toMillis(), now + idleMillis(connectorIdleTimeout));
    }

    /** Whether so many discarded bytes are more than a peer is granted. */
    public boolean exceeds(long discarded) {
        return maxBytes > 0 && discarded > maxBytes;
    }
}
