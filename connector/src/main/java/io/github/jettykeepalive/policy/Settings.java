package io.github.jettykeepalive.policy;

import static java.util.Objects.requireNonNullElseGet;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has been set, in any combination, before {@link #toPolicy} judges whether it goes together; what has not been set is at
 * its default. Immutable.
 */
public final class Settings {
    private final Map<Setting<?>, Object> given;

    private Settings(Map<Setting<?>, Object> given) {
        this.given = given;
    }

    /** The settings that make that policy. */
    public static Settings of(KeepAlivePolicy policy) {
        Map<Setting<?>, Object> given = new HashMap<>();
        for (Setting<?> setting : Setting.all()) {
            Object value = setting.given.apply(policy);
            if (value != null) {
                given.put(setting, value);
            }
        }
        return new Settings(given);
    }

    static Settings none() {
        return new Settings(Map.of());
    }

    /** The value that was set, else the default, which gives way to the others that were. */
    public <T> T get(Setting<T> setting) {
        return requireNonNullElseGet(given(setting), () -> setting.usual.apply(this));
    }

    @SuppressWarnings("unchecked") // what with() has put there
    <T> @Nullable T given(Setting<T> setting) {
        return (T) given.get(setting);
    }

    /**
     * A copy with another value.
     *
     * @throws IllegalArgumentException naming the setting, if the value is null; its range is not looked at
     */
    public <T> Settings with(Setting<T> setting, T value) {
        Check.that(value != null, setting.name, "null", setting.expected);
        return put(setting, value);
    }

    /** A copy with another value, or with none, which is the default. */
    private <T> Settings put(Setting<T> setting, @Nullable T value) {
        Map<Setting<?>, Object> changed = new HashMap<>(given);
        if (value == null) {
            changed.remove(setting);
        } else {
            changed.put(setting, value);
        }
        return new Settings(changed);
    }

    Settings with(LingerPolicy linger) {
        return with(Setting.LINGERING_CLOSE, linger.enabled())
                .put(Setting.LINGER_TIMEOUT, linger.givenTimeout())
                .put(Setting.LINGER_IDLE_TIMEOUT, linger.givenIdleTimeout())
                .with(Setting.LINGER_MAX_BYTES, linger.maxBytes())
                .with(Setting.LINGER_MAX_RATE, linger.maxRate())
                .with(Setting.MAX_LINGERING, linger.maxLingering());
    }

    Settings with(Http10Policy http10) {
        return with(Setting.HTTP10_KEEP_ALIVE, http10.keepAlive())
                .with(Setting.HTTP10_RELAY_GUARD, http10.relayGuard())
                .with(Setting.HTTP10_STATUS_LINE, http10.statusLine());
    }

    Settings with(ClientLimit limit) {
        return with(Setting.MAX_CONNECTIONS_PER_CLIENT, limit.maxConnections())
                .with(Setting.CLIENT_PREFIX4, limit.prefix4())
                .with(Setting.CLIENT_PREFIX6, limit.prefix6())
                .with(Setting.CLIENT_EXEMPT, limit.exempt());
    }

    /**
     * The policy that the settings make.
     *
     * @throws IllegalArgumentException naming the first value that is out of its range, or the first two that contradict each
     *     other
     */
    public KeepAlivePolicy toPolicy() {
        return new KeepAlivePolicy(
                get(Setting.MAX_REQUESTS),
                get(Setting.KEEP_ALIVE_TIMEOUT),
                get(Setting.KEEP_ALIVE_HEADER),
                get(Setting.ADVERTISE_MARGIN),
                given(Setting.ADVERTISE_MARGIN) != null,
                get(Setting.HONOR_CLIENT_KEEP_ALIVE),
                get(Setting.MAX_AGE),
                get(Setting.MAX_AGE_JITTER),
                get(Setting.REQUEST_HEADER_TIMEOUT),
                new LingerPolicy(
                        get(Setting.LINGERING_CLOSE),
                        get(Setting.LINGER_TIMEOUT),
                        get(Setting.LINGER_IDLE_TIMEOUT),
                        get(Setting.LINGER_MAX_BYTES),
                        get(Setting.LINGER_MAX_RATE),
                        get(Setting.MAX_LINGERING),
                        given(Setting.LINGER_TIMEOUT) != null,
                        given(Setting.LINGER_IDLE_TIMEOUT) != null),
                get(Setting.ABORT_WITH_RESET),
                new Http10Policy(
                        get(Setting.HTTP10_KEEP_ALIVE),
                        get(Setting.HTTP10_RELAY_GUARD),
                        get(Setting.HTTP10_STATUS_LINE)),
                get(Setting.CLIENT_RULES),
                get(Setting.CLOSE_ON_STATUS),
                new ClientLimit(
                        get(Setting.MAX_CONNECTIONS_PER_CLIENT),
                        get(Setting.CLIENT_PREFIX4),
                        get(Setting.CLIENT_PREFIX6),
                        get(Setting.CLIENT_EXEMPT)),
                get(Setting.MAX_CONNECTIONS),
                get(Setting.CLIENT_CLOSES_FIRST));
    }
}
