package io.github.jettykeepalive.policy;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Everything that can be set, as one immutable value; valid once it exists.
 *
 * <p>Every {@code with} method returns a copy. A value out of its range is an {@link IllegalArgumentException} of the
 * form {@code maxRequests: -3 (expected: >= 0)}; rules between two fields name both.
 *
 * @param maxRequests requests on one connection, the last answered with close; 0 = no limit (nginx
 *     {@code keepalive_requests}: exactly so many)
 * @param keepAliveTimeout how long a persistent connection may wait for the next request; {@link #CONNECTOR_TIMEOUT} =
 *     the connector's idle timeout, zero = no persistence (nginx {@code keepalive_timeout})
 * @param keepAliveHeader who gets a {@code Keep-Alive} field
 * @param advertiseMargin by how much the announced timeout is shorter than the enforced one (Node
 *     {@code keepAliveTimeoutBuffer})
 * @param honorClientKeepAlive whether a request's own {@code Keep-Alive} field may tighten the limits
 * @param maxAge how old a connection may become; zero = no limit (nginx {@code keepalive_time}, Envoy
 *     {@code max_connection_duration})
 * @param maxAgeJitter percent, 0 to 100, by which each connection's own maximum is shortened at random
 * @param requestHeaderTimeout from a request's first byte to the end of its header; zero = no limit (nginx
 *     {@code client_header_timeout})
 * @param linger the bounds of lingering close
 * @param abortWithReset whether a failed response whose end only a close could mark is reset
 * @param http10 what HTTP/1.0 clients get
 * @param clientRules exceptions by User-Agent
 * @param closeOnStatus statuses that always end the connection
 * @param clientLimit connections per client network
 * @param maxConnections open connections beyond which idle ones are shed; 0 = no limit
 * @param clientClosesFirst how long to wait for the client's FIN before ours; zero = not at all
 */
public record KeepAlivePolicy(
        int maxRequests,
        Duration keepAliveTimeout,
        KeepAliveHeaderMode keepAliveHeader,
        Duration advertiseMargin,
        boolean honorClientKeepAlive,
        Duration maxAge,
        int maxAgeJitter,
        Duration requestHeaderTimeout,
        LingerPolicy linger,
        boolean abortWithReset,
        Http10Policy http10,
        ClientRules clientRules,
        StatusSet closeOnStatus,
        ClientLimit clientLimit,
        int maxConnections,
        Duration clientClosesFirst) {

    /** The keep-alive timeout is the connector's idle timeout. */
    public static final Duration CONNECTOR_TIMEOUT = Duration.ofMillis(-1);

    /**
     * 1000 requests and 60 s for a header are nginx's; a margin of 1 s is Node's; a jitter of 10 % spreads what connected
     * together.
     */
    public static final KeepAlivePolicy DEFAULT = new KeepAlivePolicy(
            1000,
            CONNECTOR_TIMEOUT,
            KeepAliveHeaderMode.ON_REQUEST,
            Duration.ofSeconds(1),
            true,
            Duration.ZERO,
            10,
            Duration.ofSeconds(60),
            LingerPolicy.DEFAULT,
            true,
            Http10Policy.DEFAULT,
            ClientRules.NONE,
            StatusSet.NONE,
            ClientLimit.NONE,
            0,
            Duration.ZERO);

    public KeepAlivePolicy {
        Check.atLeast("maxRequests", maxRequests, 0);
        if (!keepAliveTimeout.equals(CONNECTOR_TIMEOUT)) {
            Check.that(!keepAliveTimeout.isNegative(), "keepAliveTimeout", Check.millis(keepAliveTimeout), ">= -1 ms");
            Check.duration("keepAliveTimeout", keepAliveTimeout);
        }
        Check.duration("advertiseMargin", advertiseMargin);
        Check.that(
                keepAliveHeader == KeepAliveHeaderMode.NEVER
                        || keepAliveTimeout.isNegative()
                        || keepAliveTimeout.isZero()
                        || advertiseMargin.compareTo(keepAliveTimeout) < 0,
                "advertiseMargin",
                Check.millis(advertiseMargin),
                "< keepAliveTimeout: " + Check.millis(keepAliveTimeout));
        Check.duration("maxAge", maxAge);
        Check.between("maxAgeJitter", maxAgeJitter, 0, 100);
        Check.duration("requestHeaderTimeout", requestHeaderTimeout);
        Check.atLeast("maxConnections", maxConnections, 0);
        Check.that(
                maxConnections == 0 || clientLimit.maxConnections() <= maxConnections,
                "maxConnectionsPerClient",
                clientLimit.maxConnections(),
                "<= maxConnections: " + maxConnections);
        Check.duration("clientClosesFirst", clientClosesFirst);
        Check.that(
                clientClosesFirst.compareTo(linger.timeout()) < 0,
                "clientClosesFirst",
                Check.millis(clientClosesFirst),
                "< lingerTimeout: " + Check.millis(linger.timeout()));
        Check.that(
                clientClosesFirst.isZero() || linger.enabled(),
                "clientClosesFirst",
                Check.millis(clientClosesFirst),
                "0 ms while lingeringClose: false");
    }

    /**
     * The age at which one connection is too old.
     *
     * @param random 0 inclusive to 1 exclusive, drawn once per connection
     * @return milliseconds, {@link ConnectionState#NO_DEADLINE} = never
     */
    public long maxAgeMillis(double random) {
        long millis = maxAge.toMillis();
        return millis == 0 ? ConnectionState.NO_DEADLINE : millis - (long) (millis * (maxAgeJitter / 100.0) * random);
    }

    /** A copy with another {@link #maxRequests}. */
    public KeepAlivePolicy withMaxRequests(int value) {
        return with(draft -> draft.maxRequests = value);
    }

    /** A copy with another {@link #keepAliveTimeout}. */
    public KeepAlivePolicy withKeepAliveTimeout(Duration value) {
        return with(draft -> draft.keepAliveTimeout = value);
    }

    /** A copy with another {@link #keepAliveHeader}. */
    public KeepAlivePolicy withKeepAliveHeader(KeepAliveHeaderMode value) {
        return with(draft -> draft.keepAliveHeader = value);
    }

    /** A copy with another {@link #advertiseMargin}. */
    public KeepAlivePolicy withAdvertiseMargin(Duration value) {
        return with(draft -> draft.advertiseMargin = value);
    }

    /** A copy with another {@link #honorClientKeepAlive}. */
    public KeepAlivePolicy withHonorClientKeepAlive(boolean value) {
        return with(draft -> draft.honorClientKeepAlive = value);
    }

    /** A copy with another {@link #maxAge}. */
    public KeepAlivePolicy withMaxAge(Duration value) {
        return with(draft -> draft.maxAge = value);
    }

    /** A copy with another {@link #maxAgeJitter}. */
    public KeepAlivePolicy withMaxAgeJitter(int value) {
        return with(draft -> draft.maxAgeJitter = value);
    }

    /** A copy with another {@link #requestHeaderTimeout}. */
    public KeepAlivePolicy withRequestHeaderTimeout(Duration value) {
        return with(draft -> draft.requestHeaderTimeout = value);
    }

    /** A copy with another {@link #linger}. */
    public KeepAlivePolicy withLinger(LingerPolicy value) {
        return with(draft -> draft.linger = value);
    }

    /** A copy with another {@link #abortWithReset}. */
    public KeepAlivePolicy withAbortWithReset(boolean value) {
        return with(draft -> draft.abortWithReset = value);
    }

    /** A copy with another {@link #http10}. */
    public KeepAlivePolicy withHttp10(Http10Policy value) {
        return with(draft -> draft.http10 = value);
    }

    /** A copy with another {@link #clientRules}. */
    public KeepAlivePolicy withClientRules(ClientRules value) {
        return with(draft -> draft.clientRules = value);
    }

    /** A copy with another {@link #closeOnStatus}. */
    public KeepAlivePolicy withCloseOnStatus(StatusSet value) {
        return with(draft -> draft.closeOnStatus = value);
    }

    /** A copy with another {@link #clientLimit}. */
    public KeepAlivePolicy withClientLimit(ClientLimit value) {
        return with(draft -> draft.clientLimit = value);
    }

    /** A copy with another {@link #maxConnections}. */
    public KeepAlivePolicy withMaxConnections(int value) {
        return with(draft -> draft.maxConnections = value);
    }

    /** A copy with another {@link #clientClosesFirst}. */
    public KeepAlivePolicy withClientClosesFirst(Duration value) {
        return with(draft -> draft.clientClosesFirst = value);
    }

    private KeepAlivePolicy with(Consumer<PolicyDraft> change) {
        PolicyDraft draft = new PolicyDraft(this);
        change.accept(draft);
        return draft.freeze();
    }
}
