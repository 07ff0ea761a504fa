package io.github.jettykeepalive.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
        assertThat(LingerPolicy.DEFAULT.deadline(startedAt, now, 0)).isEqualTo(deadline);
    }

    // --- what was not set gives way

    /** A row: times that are set or "-", and the times in force. */
    @ParameterizedTest(name = "timeout {0}, idleTimeout {1}: {2}, {3}")
    @CsvSource({
        "          -,           -,       30000,        5000",
        "          1,           -,           1,           1",
        "       3000,           -,        3000,        3000",
        "       5000,           -,        5000,        5000",
        "       5001,           -,        5001,        5000",
        "31536000000,           -, 31536000000,        5000",
        "          -,           1,       30000,           1",
        "          -,       30000,       30000,       30000",
        "          -,       40000,       40000,       40000",
        "          -, 31536000000, 31536000000, 31536000000",
        "       3000,        3000,        3000,        3000",
        "      60000,       40000,       60000,       40000"
    })
    void aDefaultGivesWayToASetting(String timeout, String idleTimeout, long total, long gap) {
        LingerPolicy policy = set(LingerPolicy.DEFAULT, timeout, idleTimeout);
        LingerPolicy otherOrder = policy.withMaxBytes(1)
                .withMaxLingering(2)
                .withEnabled(false)
                .withEnabled(true)
                .withMaxLingering(policy.maxLingering())
                .withMaxBytes(policy.maxBytes());

        assertThat(policy.timeout()).hasMillis(total);
        assertThat(policy.idleTimeout()).hasMillis(gap);
        assertThat(policy.timeoutSet()).isEqualTo(!timeout.equals("-"));
        assertThat(policy.idleTimeoutSet()).isEqualTo(!idleTimeout.equals("-"));
        assertThat(otherOrder).isEqualTo(policy);
    }

    private static LingerPolicy set(LingerPolicy policy, String timeout, String idleTimeout) {
        LingerPolicy timed = timeout.equals("-") ? policy : policy.withTimeout(millis(timeout));
        return idleTimeout.equals("-") ? timed : timed.withIdleTimeout(millis(idleTimeout));
    }

    private static Duration millis(String millis) {
        return Duration.ofMillis(Long.parseLong(millis));
    }

    /** What gave way to a value that is then set otherwise is the default again. */
    @Test
    void aDefaultGivesWayToWhatIsSetNow() {
        assertThat(set(set(LingerPolicy.DEFAULT, "3000", "-"), "30000", "-").idleTimeout())
                .hasMillis(5_000);
        assertThat(set(set(LingerPolicy.DEFAULT, "-", "40000"), "-", "5000").timeout())
                .hasMillis(30_000);
    }

    @ParameterizedTest(name = "timeout {0}, idleTimeout {1}")
    @CsvSource({
        "         3000,        5000, lingerIdleTimeout: 5000 ms (expected: <= lingerTimeout: 3000 ms)",
        "            0,           -, lingerTimeout: 0 ms (expected: > 0 ms)",
        "           -1,           -, lingerTimeout: -1 ms (expected: 0 to 31536000000 ms)",
        "  31536000001,           -, lingerTimeout: 31536000001 ms (expected: 0 to 31536000000 ms)",
        "            -,           0, lingerIdleTimeout: 0 ms (expected: > 0 ms)",
        "            -,          -1, lingerIdleTimeout: -1 ms (expected: 0 to 31536000000 ms)",
        "            -, 31536000001, lingerIdleTimeout: 31536000001 ms (expected: 0 to 31536000000 ms)"
    })
    void theValueThatIsRefusedIsOneThatWasSet(String timeout, String idleTimeout, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> set(LingerPolicy.DEFAULT, timeout, idleTimeout))
                .withMessage(message);
    }

    @ParameterizedTest(name = "idleTimeout {0}, connector {1}: {2}")
    @CsvSource({
        "    -,                    0, 5000",
        "    -,                   -1, 5000",
        "    -, -9223372036854775808, 5000",
        "    -,                    1,    1",
        "    -,                  500,  500",
        "    -,                 5000, 5000",
        "    -,                 5001, 5000",
        "    -,  9223372036854775807, 5000",
        " 5000,                    0, 5000",
        " 5000,                  500, 5000",
        " 5000,                60000, 5000",
        "  100,                  500,  100"
    })
    void onlyADefaultGivesWayToTheConnectorsIdleTimeout(String idleTimeout, long connector, long gap) {
        LingerPolicy policy = set(LingerPolicy.DEFAULT, "-", idleTimeout);

        assertThat(policy.idleMillis(connector)).isEqualTo(gap);
        assertThat(policy.deadline(1_000, 1_000, connector)).isEqualTo(1_000 + gap);
        assertThat(policy.deadline(1_000, 30_999, connector)).isEqualTo(31_000);
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
