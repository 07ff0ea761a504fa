package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.Announcement;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.KeepAliveHeader;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import io.github.jettykeepalive.policy.Persistence;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/** A policy made ready for use: replaced as a whole when a setting changes, so that one request sees one policy. */
final class Rules {
    /** Keep-Alive fields are kept for this many values of {@code max}; a policy that allows more is rarely counted down. */
    private static final int CACHED_FIELDS = 1024;

    final KeepAlivePolicy policy;
    final Persistence persistence;
    final Announcement announcement;
    /** Whether there are rules for clients; by default there are none. */
    final boolean clientRules;
    /** Whether the connector's idle timeout is the keep-alive timeout. */
    final boolean jettysTimeout;

    private final long keepAliveMillis;
    private final long headerMillis;

    // Elements are immutable and published by their final fields; a lost race encodes one twice.
    private final @Nullable Encoded[] encoded = new @Nullable Encoded[CACHED_FIELDS + 1];

    private record Encoded(int timeout, HttpField field) {}

    Rules(KeepAlivePolicy policy) {
        this.policy = policy;
        persistence = new Persistence(policy);
        announcement = Announcement.of(policy);
        clientRules = !policy.clientRules().rules().isEmpty();
        jettysTimeout = policy.keepAliveTimeout().isNegative();
        keepAliveMillis = policy.keepAliveTimeout().toMillis();
        headerMillis = orNever(policy.requestHeaderTimeout().toMillis());
    }

    /** When a request that began now must have its whole header. */
    long headerDeadline(long now) {
        return headerMillis == ConnectionState.NO_DEADLINE ? headerMillis : now + headerMillis;
    }

    /**
     * How long a persistent connection waits for the next request.
     *
     * @param connectorIdleTimeout milliseconds, 0 or less = never
     * @return milliseconds, {@link ConnectionState#NO_DEADLINE} = for ever
     */
    long keepAliveMillis(long connectorIdleTimeout) {
        if (!jettysTimeout) {
            return keepAliveMillis;
        }
        return connectorIdleTimeout > 0 ? connectorIdleTimeout : ConnectionState.NO_DEADLINE;
    }

    /** The field that says so. */
    HttpField field(KeepAliveHeader header) {
        int max = header.max();
        if (max >= CACHED_FIELDS) {
            return encode(header);
        }
        int at = max == KeepAliveHeader.ABSENT ? CACHED_FIELDS : max;
        Encoded known = encoded[at];
        if (known == null || known.timeout != header.timeout()) {
            known = new Encoded(header.timeout(), encode(header));
            encoded[at] = known;
        }
        return known.field;
    }

    private static HttpField encode(KeepAliveHeader header) {
        return new PreEncodedHttpField(HttpHeader.KEEP_ALIVE, header.format());
    }

    private static long orNever(long millis) {
        return millis == 0 ? ConnectionState.NO_DEADLINE : millis;
    }
}
