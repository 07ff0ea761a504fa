package io.github.jettykeepalive.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClientLimitTest {
    /** A row: values, and the message that refuses them or null. */
    record Row(int maxConnections, int prefix4, int prefix6, String message) {}

    private static Stream<Row> rows() {
        return Stream.of(
                new Row(0, 32, 64, null),
                new Row(Integer.MAX_VALUE, 32, 64, null),
                new Row(-1, 32, 64, "maxConnectionsPerClient: -1 (expected: >= 0)"),
                new Row(1, 0, 64, null),
                new Row(1, -1, 64, "clientPrefix4: -1 (expected: 0 to 32)"),
                new Row(1, 33, 64, "clientPrefix4: 33 (expected: 0 to 32)"),
                new Row(1, 32, 0, null),
                new Row(1, 32, 128, null),
                new Row(1, 32, -1, "clientPrefix6: -1 (expected: 0 to 128)"),
                new Row(1, 32, 129, "clientPrefix6: 129 (expected: 0 to 128)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void valuesOutOfTheirRangeAreRefusedByName(Row row) {
        if (row.message == null) {
            assertThatNoException()
                    .isThrownBy(() -> new ClientLimit(row.maxConnections, row.prefix4, row.prefix6, List.of()));
        } else {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ClientLimit(row.maxConnections, row.prefix4, row.prefix6, List.of()))
                    .withMessage(row.message);
        }
    }

    @Test
    void aLimitOfZeroIsNone() {
        assertThat(ClientLimit.NONE.enabled()).isFalse();
        assertThat(new ClientLimit(1, 32, 64, List.of()).enabled()).isTrue();
    }

    @Test
    void exemptNetworksAreCopied() {
        List<String> networks = new ArrayList<>(List.of("10.0.0.0/8"));
        ClientLimit limit = new ClientLimit(1, 32, 64, networks);
        networks.clear();

        assertThat(limit.exempt()).containsExactly("10.0.0.0/8");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> limit.exempt().clear());
    }
}
