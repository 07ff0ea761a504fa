package io.github.jettykeepalive.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LingerPolicyTest {
    private static final long YEAR = Duration.ofDays(365).toMillis();

    /** A row: values, and the message that refuses them or null. */
    record Row(long timeout, long idleTimeout, long maxBytes, int maxLingering, String message) {
        private LingerPolicy policy() {
            return new LingerPolicy(
                    true, Duration.ofMillis(timeout), Duration.ofMillis(idleTimeout), maxBytes, maxLingering);
        }
    }

    private static Stream<Row> rows() {
        return Stream.of(
                new Row(30_000, 5_000, 0, 10_000, null),
                new Row(1, 1, 0, 1, null),
                new Row(YEAR, YEAR, Long.MAX_VALUE, Integer.MAX_VALUE, null),
                new Row(0, 1, 0, 1, "lingerTimeout: 0 ms (expected: > 0 ms)"),
                new Row(-1, 1, 0, 1, "lingerTimeout: -1 ms (expected: 0 to 31536000000 ms)"),
                new Row(YEAR + 1, 1, 0, 1, "lingerTimeout: 31536000001 ms (expected: 0 to 31536000000 ms)"),
                new Row(1, 0, 0, 1, "lingerIdleTimeout: 0 ms (expected: > 0 ms)"),
                new Row(1, -1, 0, 1, "lingerIdleTimeout: -1 ms (expected: 0 to 31536000000 ms)"),
                new Row(1, YEAR + 1, 0, 1, "lingerIdleTimeout: 31536000001 ms (expected: 0 to 31536000000 ms)"),
                new Row(5_000, 5_001, 0, 1, "lingerIdleTimeout: 5001 ms (expected: <= lingerTimeout: 5000 ms)"),
                new Row(1, 1, -1, 1, "lingerMaxBytes: -1 (expected: >= 0)"),
                new Row(1, 1, 0, 0, "maxLingering: 0 (expected: >= 1)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void valuesOutOfTheirRangeAreRefusedByName(Row row) {
        if (row.message == null) {
            assertThatNoException().isThrownBy(row::policy);
        } else {
            assertThatIllegalArgumentException().isThrownBy(row::policy).withMessage(row.message);
        }
    }

    @ParameterizedTest(name = "began at {0}, byte at {1}: until {2}")
    @CsvSource({
        "1000,  1000,  6000",
        "1000,  2000,  7000",
        "1000, 25999, 30999",
        "1000, 26000, 31000",
        "1000, 26001, 31000",
        "1000, 40000, 31000"
    })
    void endsAfterTheGapButNeverPastTheTotal(long startedAt, long now, long deadline) {
        assertThat(LingerPolicy.DEFAULT.deadline(startedAt, now)).isEqualTo(deadline);
    }

    @ParameterizedTest(name = "{1} bytes of {0}: {2}")
    @CsvSource({
        "0,    0, false",
        "0, 9223372036854775807, false",
        "1, 0, false",
        "1, 1, false",
        "1, 2, true",
        "1000, 1000, false",
        "1000, 1001, true"
    })
    void soManyBytesAreGranted(long maxBytes, long discarded, boolean exceeds) {
        LingerPolicy policy = new LingerPolicy(true, Duration.ofMillis(1), Duration.ofMillis(1), maxBytes, 1);

        assertThat(policy.exceeds(discarded)).isEqualTo(exceeds);
    }
}
