package io.github.jettykeepalive.policy;

import static io.github.jettykeepalive.policy.ConnectionState.NO_DEADLINE;
import static io.github.jettykeepalive.policy.KeepAlivePolicy.DEFAULT;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class KeepAlivePolicyTest {
    private static final LingerPolicy NO_LINGER =
            new LingerPolicy(false, Duration.ofSeconds(30), Duration.ofSeconds(5), 0, 1);

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    // --- what it is by default

    /** The table of DESIGN.md; durations in milliseconds. */
    private static final String DEFAULTS = """
            maxRequests 1000
            keepAliveTimeout -1
            keepAliveHeader ON_REQUEST
            advertiseMargin 1000
            advertiseMarginSet false
            honorClientKeepAlive true
            maxAge 0
            maxAgeJitter 10
            requestHeaderTimeout 60000
            linger.enabled true
            linger.timeout 30000
            linger.idleTimeout 5000
            linger.maxBytes 0
            linger.maxRate 134217728
            linger.maxLingering 10000
            linger.timeoutSet false
            linger.idleTimeoutSet false
            abortWithReset true
            http10.keepAlive true
            http10.relayGuard true
            http10.statusLine false
            clientRules.rules []
            closeOnStatus\s
            clientLimit.maxConnections 0
            clientLimit.prefix4 32
            clientLimit.prefix6 64
            clientLimit.exempt []
            maxConnections 0
            clientClosesFirst 0
            """;

    @Test
    void theDefaultIsTheOneAgreedOn() {
        assertThat(settings("", DEFAULT)).isEqualTo(DEFAULTS);
    }

    private static String settings(String prefix, Record of) {
        return components(of)
                .map(each -> setting(prefix + each.getName(), value(each, of)))
                .collect(joining());
    }

    private static String setting(String name, Object value) {
        if (value instanceof Record group) {
            return settings(name + ".", group);
        }
        return name + " " + (value instanceof Duration duration ? duration.toMillis() : value) + "\n";
    }

    private static Stream<RecordComponent> components(Record of) {
        return Stream.of(of.getClass().getRecordComponents());
    }

    private static Object value(RecordComponent component, Record of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    // --- how it is changed

    private static final Map<String, Object> OTHERS = Map.ofEntries(
            Map.entry("maxRequests", 7),
            Map.entry("keepAliveTimeout", millis(5_000)),
            Map.entry("keepAliveHeader", KeepAliveHeaderMode.ALWAYS),
            Map.entry("advertiseMargin", millis(2_000)),
            Map.entry("honorClientKeepAlive", false),
            Map.entry("maxAge", millis(3_600_000)),
            Map.entry("maxAgeJitter", 25),
            Map.entry("requestHeaderTimeout", millis(10_000)),
            Map.entry("linger", NO_LINGER),
            Map.entry("abortWithReset", false),
            Map.entry("http10", new Http10Policy(false, false, true)),
            Map.entry("clientRules", ClientRules.NONE.with("x", "NO_KEEP_ALIVE")),
            Map.entry("closeOnStatus", StatusSet.parse("closeOnStatus", "413")),
            Map.entry("clientLimit", new ClientLimit(5, 24, 56, List.of("10.0.0.0/8"))),
            Map.entry("maxConnections", 20_000),
            Map.entry("clientClosesFirst", millis(500)));

    private static Stream<String> names() {
        return components(DEFAULT).map(RecordComponent::getName).filter(name -> !name.endsWith("Set"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aCopyDiffersInThatComponentAlone(String name) throws Exception {
        String method = "with" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
        String before = DEFAULT.toString();

        KeepAlivePolicy copy = (KeepAlivePolicy) Stream.of(KeepAlivePolicy.class.getMethods())
                .filter(each -> each.getName().equals(method))
                .findFirst()
                .orElseThrow()
                .invoke(DEFAULT, OTHERS.get(name));

        assertThat(components(DEFAULT)
                        .filter(each -> !each.getName().equals(name + "Set"))
                        .filter(each -> !value(each, copy).equals(value(each, DEFAULT))))
                .singleElement()
                .satisfies(changed -> {
                    assertThat(changed.getName()).isEqualTo(name);
                    assertThat(value(changed, copy)).isEqualTo(OTHERS.get(name));
                });
        assertThat(DEFAULT).hasToString(before);
    }

    // --- a default gives way to a value that was set

    /** A row: what is set, and what is in force then. */
    record GivesWay(KeepAlivePolicy policy, long margin, long lingerTimeout, long lingerIdleTimeout) {}

    private static Stream<GivesWay> defaultsThatGiveWay() {
        LingerPolicy linger = LingerPolicy.DEFAULT;
        long year = Duration.ofDays(365).toMillis();
        return Stream.of(
                new GivesWay(DEFAULT, 1_000, 30_000, 5_000),
                new GivesWay(DEFAULT.withKeepAliveTimeout(millis(0)), 1_000, 30_000, 5_000),
                new GivesWay(DEFAULT.withKeepAliveTimeout(Duration.ofNanos(1)), 0, 30_000, 5_000),
                new GivesWay(DEFAULT.withKeepAliveTimeout(millis(1)), 0, 30_000, 5_000),
                new GivesWay(DEFAULT.withKeepAliveTimeout(millis(1_000)), 999, 30_000, 5_000),
                new GivesWay(DEFAULT.withKeepAliveTimeout(millis(1_001)), 1_000, 30_000, 5_000),
                new GivesWay(
                        DEFAULT.withKeepAliveTimeout(millis(1_000)).withKeepAliveTimeout(millis(5_000)),
                        1_000,
                        30_000,
                        5_000),
                new GivesWay(DEFAULT.withLinger(linger.withTimeout(millis(3_000))), 1_000, 3_000, 3_000),
                new GivesWay(DEFAULT.withLinger(linger.withIdleTimeout(millis(40_000))), 1_000, 40_000, 40_000),
                new GivesWay(DEFAULT.withClientClosesFirst(millis(25_000)), 1_000, 30_000, 5_000),
                new GivesWay(DEFAULT.withClientClosesFirst(millis(30_000)), 1_000, 35_000, 5_000),
                new GivesWay(DEFAULT.withClientClosesFirst(millis(year)), 1_000, year, 5_000),
                new GivesWay(
                        DEFAULT.withClientClosesFirst(millis(30_000)).withClientClosesFirst(Duration.ZERO),
                        1_000,
                        30_000,
                        5_000),
                new GivesWay(
                        DEFAULT.withClientClosesFirst(millis(30_000))
                                .withLinger(linger.withIdleTimeout(millis(10_000))),
                        1_000,
                        40_000,
                        10_000),
                new GivesWay(
                        DEFAULT.withClientClosesFirst(millis(2_000)).withLinger(linger.withTimeout(millis(3_000))),
                        1_000,
                        3_000,
                        3_000));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("defaultsThatGiveWay")
    void aDefaultGivesWayToASetting(GivesWay row) {
        assertThat(row.policy.advertiseMargin().toMillis()).isEqualTo(row.margin);
        assertThat(row.policy.linger().timeout()).hasMillis(row.lingerTimeout);
        assertThat(row.policy.linger().idleTimeout()).hasMillis(row.lingerIdleTimeout);
        assertThat(Settings.of(row.policy).toPolicy()).isEqualTo(row.policy);
        assertThat(row.policy.withMaxRequests(7).withMaxRequests(1_000)).isEqualTo(row.policy);
    }

    /** The time is the connector's to keep; what is left of it for the client is less than a second, which is not said. */
    @ParameterizedTest(name = "keepAliveTimeout {0}")
    @CsvSource({"1", "999", "1000", "1001", "1999"})
    void whatTheDefaultMarginLeavesIsNotAnnounced(long keepAliveTimeout) {
        Announcement announcement = Announcement.of(
                DEFAULT.withKeepAliveTimeout(millis(keepAliveTimeout)).withKeepAliveHeader(KeepAliveHeaderMode.ALWAYS));

        assertThat(announcement
                        .announce(FakeExchange.http11(e -> {
                            e.keepAliveMillis = keepAliveTimeout;
                            e.served = 1;
                            e.maxRequests = 100;
                        }))
                        .format())
                .isEqualTo("max=99");
    }

    // --- what is asked of it

    @ParameterizedTest(name = "{0} ms less {1} %, random {2}: {3}")
    @CsvSource({
        "    0,  10,                0, never",
        "    0, 100, 0.99999999999999,  never",
        "60000,   0, 0.99999999999999, 60000",
        "60000,  10,                0, 60000",
        "60000,  10,              0.5, 57000",
        "60000,  10, 0.99999999999999, 54001",
        "60000, 100,              0.5, 30000",
        "60000, 100, 0.99999999999999,     1",
        "    1, 100, 0.99999999999999,     1",
        "31536000000, 100, 0.99999999999999, 1"
    })
    void jitterShortensTheAgeAndNeverToNothing(long maxAge, int jitter, double random, String expected) {
        KeepAlivePolicy policy = DEFAULT.withMaxAge(millis(maxAge)).withMaxAgeJitter(jitter);

        assertThat(policy.maxAgeMillis(random))
                .isEqualTo(expected.equals("never") ? NO_DEADLINE : Long.parseLong(expected));
    }
}
