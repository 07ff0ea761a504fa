package io.github.jettykeepalive.policy;

import java.time.Duration;

/**
 * Everything that can be set, as one immutable value; valid once it exists.
 *
 * <p>Every {@code with} method returns a copy in which that value is set. A value out of its range is an {@link
 * IllegalArgumentException} of the form {@code maxRequests: -3 (expected: >= 0)}; rules between two fields name both. Only
 * values that were set can contradict each other: a default gives way.
 *
 * @param maxRequests requests on one connection, the last answered with close; 0 = no limit (nginx
 *     {@code keepalive_requests}: exactly so many)
 * @param keepAliveTimeout how long a persistent connection may wait for the next request; {@link #CONNECTOR_TIMEOUT} =
 *     the connector's idle timeout, zero = no persistence (nginx {@code keepalive_timeout})
 * @param keepAliveHeader who gets a {@code Keep-Alive} field
 * @param advertiseMargin by how much the announced timeout is shorter than the enforced one (Node
 *     {@code keepAliveTimeoutBuffer}); less than {@code keepAliveTimeout} where that is more than zero
 * @param advertiseMarginSet whether {@code advertiseMargin} was set; if not, it is a default
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
 * @param maxConnections open connections beyond which idle ones are shed; 0 = no limit; else at least those of one client
 * @param clientClosesFirst how long to wait for the client's FIN before ours; zero = not at all, which is all there is
 *     without lingering; less than the time to linger in all
 */
public record KeepAlivePolicy(
        int maxRequests,
        Duration keepAliveTimeout,
        KeepAliveHeaderMode keepAliveHeader,
        Duration advertiseMargin,
        boolean advertiseMarginSet,
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
    public static final Duration CONNECTOR_TIMEOUT = Setting.CONNECTOR_TIMEOUT;

    /** Nothing is set. */
    public static final KeepAlivePolicy DEFAULT = Settings.none().toPolicy();

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
                !linger.timeoutSet() || clientClosesFirst.compareTo(linger.timeout()) < 0,
                "clientClosesFirst",
                Check.millis(clientClosesFirst),
                "< lingerTimeout: " + Check.millis(linger.timeout()));
        Check.that(
                clientClosesFirst.isZero() || linger.enabled(),
                "clientClosesFirst",
                Check.millis(clientClosesFirst),
                "0 ms while lingeringClose: false");
    }

    /** The default margin: Node's, but never so long that nothing is left of the timeout. */
    static Duration usualMargin(Duration keepAliveTimeout) {
        Duration usual = Duration.ofSeconds(1);
        boolean waits = !keepAliveTimeout.isNegative() && !keepAliveTimeout.isZero();
        return waits && keepAliveTimeout.compareTo(usual) <= 0 ? keepAliveTimeout.minusNanos(1) : usual;
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
        return Settings.of(this).with(Setting.MAX_REQUESTS, value).toPolicy();
    }

    /** A copy with another {@link #keepAliveTimeout}. */
    public KeepAlivePolicy withKeepAliveTimeout(Duration value) {
        return Settings.of(this).with(Setting.KEEP_ALIVE_TIMEOUT, value).toPolicy();
    }

    /** A copy with another {@link #keepAliveHeader}. */
    public KeepAlivePolicy withKeepAliveHeader(KeepAliveHeaderMode value) {
        return Settings.of(this).with(Setting.KEEP_ALIVE_HEADER, value).toPolicy();
    }

    /** A copy with another {@link #advertiseMargin}. */
    public KeepAlivePolicy withAdvertiseMargin(Duration value) {
        return Settings.of(this).with(Setting.ADVERTISE_MARGIN, value).toPolicy();
    }

    /** A copy with another {@link #honorClientKeepAlive}. */
    public KeepAlivePolicy withHonorClientKeepAlive(boolean value) {
        return Settings.of(this).with(Setting.HONOR_CLIENT_KEEP_ALIVE, value).toPolicy();
    }

    /** A copy with another {@link #maxAge}. */
    public KeepAlivePolicy withMaxAge(Duration value) {
        return Settings.of(this).with(Setting.MAX_AGE, value).toPolicy();
    }

    /** A copy with another {@link #maxAgeJitter}. */
    public KeepAlivePolicy withMaxAgeJitter(int value) {
        return Settings.of(this).with(Setting.MAX_AGE_JITTER, value).toPolicy();
    }

    /** A copy with another {@link #requestHeaderTimeout}. */
    public KeepAlivePolicy withRequestHeaderTimeout(Duration value) {
        return Settings.of(this).with(Setting.REQUEST_HEADER_TIMEOUT, value).toPolicy();
    }

    /** A copy with another {@link #linger}. */
    public KeepAlivePolicy withLinger(LingerPolicy value) {
        return Settings.of(this).with(value).toPolicy();
    }

    /** A copy with another {@link #abortWithReset}. */
    public KeepAlivePolicy withAbortWithReset(boolean value) {
        return Settings.of(this).with(Setting.ABORT_WITH_RESET, value).toPolicy();
    }

    /** A copy with another {@link #http10}. */
    public KeepAlivePolicy withHttp10(Http10Policy value) {
        return Settings.of(this).with(value).toPolicy();
    }

    /** A copy with another {@link #clientRules}. */
    public KeepAlivePolicy withClientRules(ClientRules value) {
        return Settings.of(this).with(Setting.CLIENT_RULES, value).toPolicy();
    }

    /** A copy with another {@link #closeOnStatus}. */
    public KeepAlivePolicy withCloseOnStatus(StatusSet value) {
        return Settings.of(this).with(Setting.CLOSE_ON_STATUS, value).toPolicy();
    }

    /** A copy with another {@link #clientLimit}. */
    public KeepAlivePolicy withClientLimit(ClientLimit value) {
        return Settings.of(this).with(value).toPolicy();
    }

    /** A copy with another {@link #maxConnections}. */
    public KeepAlivePolicy withMaxConnections(int value) {
        return Settings.of(this).with(Setting.MAX_CONNECTIONS, value).toPolicy();
    }

    /** A copy with another {@link #clientClosesFirst}. */
    public KeepAlivePolicy withClientClosesFirst(Duration value) {
        return Settings.of(this).with(Setting.CLIENT_CLOSES_FIRST, value).toPolicy();
    }
}
