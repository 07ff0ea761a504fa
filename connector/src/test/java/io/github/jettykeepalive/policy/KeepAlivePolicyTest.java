package io.github.jettykeepalive.policy;

import static io.github.jettykeepalive.policy.ConnectionState.NO_DEADLINE;
import static io.github.jettykeepalive.policy.KeepAlivePolicy.CONNECTOR_TIMEOUT;
import static io.github.jettykeepalive.policy.KeepAlivePolicy.DEFAULT;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.function.Supplier;
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
            honorClientKeepAlive true
            maxAge 0
            maxAgeJitter 10
            requestHeaderTimeout 60000
            linger.enabled true
            linger.timeout 30000
            linger.idleTimeout 5000
            linger.maxBytes 0
            linger.maxLingering 10000
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
        return components(DEFAULT).map(RecordComponent::getName);
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

        assertThat(components(DEFAULT).filter(each -> !value(each, copy).equals(value(each, DEFAULT))))
                .singleElement()
                .satisfies(changed -> {
                    assertThat(changed.getName()).isEqualTo(name);
                    assertThat(value(changed, copy)).isEqualTo(OTHERS.get(name));
                });
        assertThat(DEFAULT).hasToString(before);
    }

    // --- what is refused, each at its edge

    /** A row: a change, and the message that refuses it or null. */
    record Row(String change, Supplier<KeepAlivePolicy> making, String message) {
        @Override
        public String toString() {
            return change + (message == null ? " is accepted" : " is refused");
        }
    }

    private static Stream<Row> integers(
            String name, IntFunction<KeepAlivePolicy> with, String expected, int... values) {
        return Stream.of(
                number(name, with, values[0], expected),
                number(name, with, values[0] + 1, null),
                number(name, with, values[1], null),
                values[1] == Integer.MAX_VALUE
                        ? number(name, with, Integer.MIN_VALUE, expected)
                        : number(name, with, values[1] + 1, expected));
    }

    private static Row number(String name, IntFunction<KeepAlivePolicy> with, int value, String expected) {
        return new Row(
                name + " " + value,
                () -> with.apply(value),
                expected == null ? null : name + ": " + value + " (expected: " + expected + ")");
    }

    private static Stream<Row> durations(String name, LongFunction<KeepAlivePolicy> with, long most) {
        return Stream.of(
                duration(name, with, 0, null),
                duration(name, with, most, null),
                duration(name, with, -1, "0 to 31536000000 ms"),
                duration(name, with, 31_536_000_001L, "0 to 31536000000 ms"),
                duration(name, with, Long.MAX_VALUE, "0 to 31536000000 ms"));
    }

    private static Row duration(String name, LongFunction<KeepAlivePolicy> with, long value, String expected) {
        return new Row(
                name + " " + value + " ms",
                () -> with.apply(value),
                expected == null ? null : name + ": " + value + " ms (expected: " + expected + ")");
    }

    private static KeepAlivePolicy keepAliveTimeout(long millis) {
        return DEFAULT.withKeepAliveTimeout(millis(millis));
    }

    private static Stream<Row> ranges() {
        int max = Integer.MAX_VALUE;
        long year = 31_536_000_000L;
        return Stream.of(
                        Stream.of(number("maxRequests", DEFAULT::withMaxRequests, -3, ">= 0")),
                        integers("maxRequests", DEFAULT::withMaxRequests, ">= 0", -1, max),
                        integers("maxAgeJitter", DEFAULT::withMaxAgeJitter, "0 to 100", -1, 100),
                        integers("maxConnections", DEFAULT::withMaxConnections, ">= 0", -1, max),
                        durations("advertiseMargin", v -> DEFAULT.withAdvertiseMargin(millis(v)), year),
                        durations("maxAge", v -> DEFAULT.withMaxAge(millis(v)), year),
                        durations("requestHeaderTimeout", v -> DEFAULT.withRequestHeaderTimeout(millis(v)), year),
                        durations("clientClosesFirst", v -> DEFAULT.withClientClosesFirst(millis(v)), 29_999),
                        Stream.of(
                                duration("keepAliveTimeout", v -> keepAliveTimeout(v), -2, ">= -1 ms"),
                                duration("keepAliveTimeout", v -> keepAliveTimeout(v), Long.MIN_VALUE, ">= -1 ms"),
                                duration("keepAliveTimeout", v -> keepAliveTimeout(v), -1, null),
                                duration("keepAliveTimeout", v -> keepAliveTimeout(v), 0, null),
                                duration("keepAliveTimeout", v -> keepAliveTimeout(v), year, null),
                                duration(
                                        "keepAliveTimeout",
                                        v -> keepAliveTimeout(v),
                                        year + 1,
                                        "0 to " + year + " ms")))
                .flatMap(rows -> rows);
    }

    private static Stream<Row> betweenFields() {
        KeepAlivePolicy second = DEFAULT.withAdvertiseMargin(Duration.ZERO).withKeepAliveTimeout(millis(1_000));
        KeepAlivePolicy five = DEFAULT.withClientLimit(new ClientLimit(5, 32, 64, List.of()));
        return Stream.of(
                new Row("margin shorter than the timeout", () -> second.withAdvertiseMargin(millis(999)), null),
                new Row(
                        "margin as long as the timeout",
                        () -> second.withAdvertiseMargin(millis(1_000)),
                        "advertiseMargin: 1000 ms (expected: < keepAliveTimeout: 1000 ms)"),
                new Row(
                        "timeout shorter than the margin",
                        () -> DEFAULT.withKeepAliveTimeout(millis(1)),
                        "advertiseMargin: 1000 ms (expected: < keepAliveTimeout: 1 ms)"),
                new Row(
                        "margin as long, but not announced",
                        () -> second.withKeepAliveHeader(KeepAliveHeaderMode.NEVER)
                                .withAdvertiseMargin(millis(1_000)),
                        null),
                new Row(
                        "margin longer, but nothing is kept",
                        () -> second.withKeepAliveTimeout(Duration.ZERO).withAdvertiseMargin(millis(1_000)),
                        null),
                new Row(
                        "margin longer, but the connector decides",
                        () -> second.withKeepAliveTimeout(CONNECTOR_TIMEOUT).withAdvertiseMargin(millis(1_000)),
                        null),
                new Row("as many for a client as for all", () -> five.withMaxConnections(5), null),
                new Row(
                        "more for a client than for all",
                        () -> five.withMaxConnections(4),
                        "maxConnectionsPerClient: 5 (expected: <= maxConnections: 4)"),
                new Row("no limit for all", () -> five.withMaxConnections(0), null),
                new Row(
                        "waiting first as long as lingering in all",
                        () -> DEFAULT.withClientClosesFirst(millis(30_000)),
                        "clientClosesFirst: 30000 ms (expected: < lingerTimeout: 30000 ms)"),
                new Row(
                        "waiting first without lingering",
                        () -> DEFAULT.withLinger(NO_LINGER).withClientClosesFirst(millis(1)),
                        "clientClosesFirst: 1 ms (expected: 0 ms while lingeringClose: false)"),
                new Row("neither waiting nor lingering", () -> DEFAULT.withLinger(NO_LINGER), null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"ranges", "betweenFields"})
    void badValuesAreRefusedByName(Row row) {
        if (row.message == null) {
            assertThatNoException().isThrownBy(row.making::get);
        } else {
            assertThatIllegalArgumentException().isThrownBy(row.making::get).withMessage(row.message);
        }
    }

    /** Longer than a long of milliseconds can say. */
    private static Stream<Row> forEver() {
        Duration forEver = ChronoUnit.FOREVER.getDuration();
        return Stream.of(
                new Row("maxAge", () -> DEFAULT.withMaxAge(forEver), "maxAge: "),
                new Row("keepAliveTimeout", () -> DEFAULT.withKeepAliveTimeout(forEver), "keepAliveTimeout: "),
                new Row("lingerTimeout", () -> DEFAULT.withLinger(linger(forEver)), "lingerTimeout: "));
    }

    private static LingerPolicy linger(Duration timeout) {
        return new LingerPolicy(true, timeout, Duration.ofSeconds(5), 0, 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forEver")
    void forEverIsRefusedByName(Row row) {
        assertThatIllegalArgumentException()
                .isThrownBy(row.making::get)
                .withMessageStartingWith(row.message)
                .withMessageEndingWith("(expected: 0 to 31536000000 ms)");
    }

    // --- what is asked of it

    @ParameterizedTest(name = "keepAliveTimeout {0}, idle timeout {1}: {2}")
    @CsvSource({
        "   -1, 30000, 30000",
        "   -1,     1,     1",
        "   -1,     0,  never",
        "   -1,    -1,  never",
        "    0, 30000,     0",
        " 5000, 30000,  5000",
        " 5000,     0,  5000",
        "60000, 30000, 60000"
    })
    void theTimeoutIsItsOwnOrTheConnectors(long keepAliveTimeout, long idleTimeout, String expected) {
        long millis = keepAliveTimeout(keepAliveTimeout).keepAliveMillis(idleTimeout);

        assertThat(millis).isEqualTo(expected.equals("never") ? NO_DEADLINE : Long.parseLong(expected));
    }

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
