package io.github.jettykeepalive.policy;

import static io.github.jettykeepalive.policy.KeepAlivePolicy.CONNECTOR_TIMEOUT;
import static io.github.jettykeepalive.policy.KeepAlivePolicy.DEFAULT;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeepAlivePolicyRangesTest {
    private static final LingerPolicy NO_LINGER =
            new LingerPolicy(false, Duration.ofSeconds(30), Duration.ofSeconds(5), 0, 1);

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

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
                        durations("clientClosesFirst", v -> DEFAULT.withClientClosesFirst(millis(v)), year),
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
        KeepAlivePolicy second = DEFAULT.withKeepAliveTimeout(millis(1_000));
        KeepAlivePolicy five = DEFAULT.withClientLimit(new ClientLimit(5, 32, 64, List.of()));
        KeepAlivePolicy first = DEFAULT.withClientClosesFirst(millis(3_000));
        return Stream.of(
                new Row("margin shorter than the timeout", () -> second.withAdvertiseMargin(millis(999)), null),
                new Row(
                        "margin as long as the timeout",
                        () -> second.withAdvertiseMargin(millis(1_000)),
                        "advertiseMargin: 1000 ms (expected: < keepAliveTimeout: 1000 ms)"),
                new Row(
                        "timeout shorter than a margin that was set",
                        () -> DEFAULT.withAdvertiseMargin(millis(1_000)).withKeepAliveTimeout(millis(1)),
                        "advertiseMargin: 1000 ms (expected: < keepAliveTimeout: 1 ms)"),
                new Row("timeout shorter than a default", () -> DEFAULT.withKeepAliveTimeout(millis(1)), null),
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
                        () -> first.withLinger(LingerPolicy.DEFAULT.withTimeout(millis(3_000))),
                        "clientClosesFirst: 3000 ms (expected: < lingerTimeout: 3000 ms)"),
                new Row(
                        "waiting first shorter than lingering in all",
                        () -> first.withLinger(LingerPolicy.DEFAULT.withTimeout(millis(3_001))),
                        null),
                new Row(
                        "waiting first as long as lingering in all by default",
                        () -> DEFAULT.withClientClosesFirst(millis(30_000)),
                        null),
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
                new Row("clientClosesFirst", () -> DEFAULT.withClientClosesFirst(forEver), "clientClosesFirst: "),
                new Row("lingerIdleTimeout", () -> DEFAULT.withLinger(silent(forEver)), "lingerIdleTimeout: "),
                new Row("before ever", () -> DEFAULT.withLinger(silent(forEver.negated())), "lingerIdleTimeout: "),
                new Row(
                        "lingering before ever",
                        () -> DEFAULT.withLinger(linger(forEver.negated())),
                        "lingerTimeout: "),
                new Row("lingerTimeout", () -> DEFAULT.withLinger(linger(forEver)), "lingerTimeout: "));
    }

    private static LingerPolicy linger(Duration timeout) {
        return LingerPolicy.DEFAULT.withTimeout(timeout);
    }

    private static LingerPolicy silent(Duration idleTimeout) {
        return LingerPolicy.DEFAULT.withIdleTimeout(idleTimeout);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forEver")
    void forEverIsRefusedByName(Row row) {
        assertThatIllegalArgumentException()
                .isThrownBy(row.making::get)
                .withMessageMatching(row.message + ".+ \\(expected: 0 to 31536000000 ms\\)");
    }
}
