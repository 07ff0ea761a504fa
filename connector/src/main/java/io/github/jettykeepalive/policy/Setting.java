package io.github.jettykeepalive.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One setting. The table of all of them is in this class, with their names, types and defaults; {@link KeepAlivePolicy} has
 * what they mean and their ranges.
 *
 * @param <T> the type of its values
 */
public final class Setting<T> {
    static final Duration CONNECTOR_TIMEOUT = Duration.ofMillis(-1);

    private static final List<Setting<?>> TABLE = new ArrayList<>();

    // 1000 requests and 60 s for a header are nginx's; a jitter of 10 % spreads what connected together.

    public static final Setting<Integer> MAX_REQUESTS = of("maxRequests", 1000, KeepAlivePolicy::maxRequests);
    public static final Setting<Duration> KEEP_ALIVE_TIMEOUT =
            of("keepAliveTimeout", CONNECTOR_TIMEOUT, KeepAlivePolicy::keepAliveTimeout);
    public static final Setting<KeepAliveHeaderMode> KEEP_ALIVE_HEADER = new Setting<>(
            "keepAliveHeader",
            KeepAliveHeaderMode.CHOICES,
            settings -> KeepAliveHeaderMode.ON_REQUEST,
            KeepAlivePolicy::keepAliveHeader);
    public static final Setting<Duration> ADVERTISE_MARGIN = givingWay(
            "advertiseMargin",
            settings -> KeepAlivePolicy.usualMargin(settings.get(KEEP_ALIVE_TIMEOUT)),
            policy -> policy.advertiseMarginSet() ? policy.advertiseMargin() : null);
    public static final Setting<Boolean> HONOR_CLIENT_KEEP_ALIVE =
            of("honorClientKeepAlive", true, KeepAlivePolicy::honorClientKeepAlive);
    public static final Setting<Duration> MAX_AGE = of("maxAge", Duration.ZERO, KeepAlivePolicy::maxAge);
    public static final Setting<Integer> MAX_AGE_JITTER = of("maxAgeJitter", 10, KeepAlivePolicy::maxAgeJitter);
    public static final Setting<Duration> REQUEST_HEADER_TIMEOUT =
            of("requestHeaderTimeout", Duration.ofSeconds(60), KeepAlivePolicy::requestHeaderTimeout);
    public static final Setting<Boolean> LINGERING_CLOSE = of(
            "lingeringClose",
            LingerPolicy.DEFAULT.enabled(),
            policy -> policy.linger().enabled());
    public static final Setting<Duration> LINGER_TIMEOUT = givingWay(
            "lingerTimeout",
            Setting::usualLingerTimeout,
            policy -> policy.linger().givenTimeout());
    public static final Setting<Duration> LINGER_IDLE_TIMEOUT = givingWay(
            "lingerIdleTimeout",
            settings -> LingerPolicy.usualIdleTimeout(settings.get(LINGER_TIMEOUT)),
            policy -> policy.linger().givenIdleTimeout());
    public static final Setting<Long> LINGER_MAX_BYTES = of(
            "lingerMaxBytes",
            LingerPolicy.DEFAULT.maxBytes(),
            policy -> policy.linger().maxBytes());
    public static final Setting<Long> LINGER_MAX_RATE = of(
            "lingerMaxRate",
            LingerPolicy.DEFAULT.maxRate(),
            policy -> policy.linger().maxRate());
    public static final Setting<Integer> MAX_LINGERING = of(
            "maxLingering",
            LingerPolicy.DEFAULT.maxLingering(),
            policy -> policy.linger().maxLingering());
    public static final Setting<Boolean> ABORT_WITH_RESET = of("abortWithReset", true, KeepAlivePolicy::abortWithReset);
    public static final Setting<Boolean> HTTP10_KEEP_ALIVE = of(
            "http10KeepAlive",
            Http10Policy.DEFAULT.keepAlive(),
            policy -> policy.http10().keepAlive());
    public static final Setting<Boolean> HTTP10_RELAY_GUARD = of(
            "http10RelayGuard",
            Http10Policy.DEFAULT.relayGuard(),
            policy -> policy.http10().relayGuard());
    public static final Setting<Boolean> HTTP10_STATUS_LINE = of(
            "http10StatusLine",
            Http10Policy.DEFAULT.statusLine(),
            policy -> policy.http10().statusLine());
    public static final Setting<ClientRules> CLIENT_RULES =
            of("clientRules", ClientRules.NONE, KeepAlivePolicy::clientRules);
    public static final Setting<StatusSet> CLOSE_ON_STATUS =
            of("closeOnStatus", StatusSet.NONE, KeepAlivePolicy::closeOnStatus);
    public static final Setting<Integer> MAX_CONNECTIONS_PER_CLIENT = of(
            "maxConnectionsPerClient",
            ClientLimit.NONE.maxConnections(),
            policy -> policy.clientLimit().maxConnections());
    public static final Setting<Integer> CLIENT_PREFIX4 = of(
            "clientPrefix4",
            ClientLimit.NONE.prefix4(),
            policy -> policy.clientLimit().prefix4());
    public static final Setting<Integer> CLIENT_PREFIX6 = of(
            "clientPrefix6",
            ClientLimit.NONE.prefix6(),
            policy -> policy.clientLimit().prefix6());
    public static final Setting<List<String>> CLIENT_EXEMPT = of(
            "clientExempt",
            ClientLimit.NONE.exempt(),
            policy -> policy.clientLimit().exempt());
    public static final Setting<Integer> MAX_CONNECTIONS = of("maxConnections", 0, KeepAlivePolicy::maxConnections);
    public static final Setting<Duration> CLIENT_CLOSES_FIRST =
            of("clientClosesFirst", Duration.ZERO, KeepAlivePolicy::clientClosesFirst);

    final String name;

    /** What its values are, for the message that refuses null. */
    final String expected;

    /** The default, as the others that are set let it be. */
    final Function<Settings, T> usual;

    /** The value in a policy; null if it is a default there that gives way. */
    final Function<KeepAlivePolicy, @Nullable T> given;

    private Setting(
            String name, String expected, Function<Settings, T> usual, Function<KeepAlivePolicy, @Nullable T> given) {
        this.name = name;
        this.expected = expected;
        this.usual = usual;
        this.given = given;
        TABLE.add(this);
    }

    private static <T> Setting<T> of(String name, T usual, Function<KeepAlivePolicy, @Nullable T> given) {
        return givingWay(name, settings -> usual, given);
    }

    /** A setting whose default depends on others. */
    private static <T> Setting<T> givingWay(
            String name, Function<Settings, T> usual, Function<KeepAlivePolicy, @Nullable T> given) {
        return new Setting<>(name, "a value", usual, given);
    }

    private static Duration usualLingerTimeout(Settings settings) {
        return LingerPolicy.usualTimeout(settings.given(LINGER_IDLE_TIMEOUT), settings.get(CLIENT_CLOSES_FIRST));
    }

    static List<Setting<?>> all() {
        return Collections.unmodifiableList(TABLE);
    }

    @Override
    public String toString() {
        return name;
    }
}
