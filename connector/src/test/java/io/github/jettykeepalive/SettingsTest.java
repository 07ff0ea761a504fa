package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.policy.KeepAliveHeaderMode;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad values are refused in one shape: at the start, and on a running factory, which goes on as before. */
class SettingsTest {
    private static final String YEAR = "0 to 31536000000 ms";

    /**
     * A value that cannot be.
     *
     * @param before what has to be set for a rule between two fields to fail
     */
    private record Bad(
            String message,
            Consumer<KeepAliveConnectionFactory> before,
            Consumer<KeepAliveConnectionFactory> setting,
            Function<KeepAliveConnectionFactory, Object> getter) {

        @Override
        public String toString() {
            return message;
        }
    }

    private static Bad bad(
            String message,
            Consumer<KeepAliveConnectionFactory> setting,
            Function<KeepAliveConnectionFactory, Object> getter) {
        return new Bad(message, factory -> {}, setting, getter);
    }

    static Stream<Bad> singleFields() {
        return Stream.of(
                bad("maxRequests: -3 (expected: >= 0)", f -> f.setMaxRequests(-3), f -> f.getMaxRequests()),
                bad(
                        "keepAliveTimeout: -2 ms (expected: >= -1 ms)",
                        f -> f.setKeepAliveTimeout(-2),
                        f -> f.getKeepAliveTimeout()),
                bad(
                        "keepAliveTimeout: 31536000001 ms (expected: " + YEAR + ")",
                        f -> f.setKeepAliveTimeout(31_536_000_001L),
                        f -> f.getKeepAliveTimeout()),
                bad(
                        "advertiseMargin: -1 ms (expected: " + YEAR + ")",
                        f -> f.setAdvertiseMargin(-1),
                        f -> f.getAdvertiseMargin()),
                bad("maxAge: -1 ms (expected: " + YEAR + ")", f -> f.setMaxAge(-1), f -> f.getMaxAge()),
                bad("maxAgeJitter: 101 (expected: 0 to 100)", f -> f.setMaxAgeJitter(101), f -> f.getMaxAgeJitter()),
                bad("maxAgeJitter: -1 (expected: 0 to 100)", f -> f.setMaxAgeJitter(-1), f -> f.getMaxAgeJitter()),
                bad(
                        "requestHeaderTimeout: -1 ms (expected: " + YEAR + ")",
                        f -> f.setRequestHeaderTimeout(-1),
                        f -> f.getRequestHeaderTimeout()),
                bad("lingerTimeout: 0 ms (expected: > 0 ms)", f -> f.setLingerTimeout(0), f -> f.getLingerTimeout()),
                bad(
                        "lingerIdleTimeout: 0 ms (expected: > 0 ms)",
                        f -> f.setLingerIdleTimeout(0),
                        f -> f.getLingerIdleTimeout()),
                bad("lingerMaxBytes: -1 (expected: >= 0)", f -> f.setLingerMaxBytes(-1), f -> f.getLingerMaxBytes()),
                bad("maxLingering: 0 (expected: >= 1)", f -> f.setMaxLingering(0), f -> f.getMaxLingering()),
                bad(
                        "closeOnStatus: 413,99 (expected: statuses from 200 to 599, separated by commas)",
                        f -> f.setCloseOnStatus("413,99"),
                        f -> f.getCloseOnStatus()),
                bad(
                        "maxConnectionsPerClient: -1 (expected: >= 0)",
                        f -> f.setMaxConnectionsPerClient(-1),
                        f -> f.getMaxConnectionsPerClient()),
                bad("clientPrefix4: 33 (expected: 0 to 32)", f -> f.setClientPrefix4(33), f -> f.getClientPrefix4()),
                bad("clientPrefix6: 129 (expected: 0 to 128)", f -> f.setClientPrefix6(129), f -> f.getClientPrefix6()),
                bad(
                        "clientExempt: 10.0.0.300 (expected: an address, a range or a CIDR block)",
                        f -> f.setClientExempt("10.0.0.0/8, 10.0.0.300"),
                        f -> f.getClientExempt()),
                bad("maxConnections: -1 (expected: >= 0)", f -> f.setMaxConnections(-1), f -> f.getMaxConnections()),
                bad(
                        "clientClosesFirst: -1 ms (expected: " + YEAR + ")",
                        f -> f.setClientClosesFirst(-1),
                        f -> f.getClientClosesFirst()));
    }

    static Stream<Bad> pairsOfFields() {
        return Stream.of(
                new Bad(
                        "advertiseMargin: 5000 ms (expected: < keepAliveTimeout: 5000 ms)",
                        f -> f.setKeepAliveTimeout(5000),
                        f -> f.setAdvertiseMargin(5000),
                        f -> f.getAdvertiseMargin()),
                new Bad(
                        "advertiseMargin: 1000 ms (expected: < keepAliveTimeout: 1000 ms)",
                        f -> {},
                        f -> f.setKeepAliveTimeout(1000),
                        f -> f.getKeepAliveTimeout()),
                new Bad(
                        "lingerIdleTimeout: 40000 ms (expected: <= lingerTimeout: 30000 ms)",
                        f -> {},
                        f -> f.setLingerIdleTimeout(40_000),
                        f -> f.getLingerIdleTimeout()),
                new Bad(
                        "maxConnectionsPerClient: 11 (expected: <= maxConnections: 10)",
                        f -> f.setMaxConnections(10),
                        f -> f.setMaxConnectionsPerClient(11),
                        f -> f.getMaxConnectionsPerClient()),
                new Bad(
                        "clientClosesFirst: 30000 ms (expected: < lingerTimeout: 30000 ms)",
                        f -> {},
                        f -> f.setClientClosesFirst(30_000),
                        f -> f.getClientClosesFirst()),
                new Bad(
                        "clientClosesFirst: 1000 ms (expected: 0 ms while lingeringClose: false)",
                        f -> f.setClientClosesFirst(1000),
                        f -> f.setLingeringClose(false),
                        f -> f.isLingeringClose()));
    }

    static Stream<Bad> all() {
        return Stream.concat(singleFields(), pairsOfFields());
    }

    @ParameterizedTest
    @MethodSource("all")
    void badValueStopsTheStart(Bad row) {
        var server = new Server();
        var factory = new KeepAliveConnectionFactory();
        row.before.accept(factory);
        row.setting.accept(factory);
        server.addConnector(new ServerConnector(server, factory));

        assertThatIllegalArgumentException().isThrownBy(server::start).withMessage(row.message);
        assertThat(factory.isRunning()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("all")
    void badValueIsRefusedAndTakenBackWhileRunning(Bad row) throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, row.before, Rig::hello);
                var client = rig.connect()) {
            KeepAliveConnectionFactory factory = rig.factory();
            KeepAlivePolicy policy = factory.getPolicy();
            Object value = row.getter.apply(factory);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> row.setting.accept(factory))
                    .withMessage(row.message);
            assertThat(row.getter.apply(factory)).isEqualTo(value);
            assertThat(factory.getPolicy()).isEqualTo(policy);
            factory.setMaxRequests(2); // The next good value is not held against the bad one.
            assertThat(client.send(get() + get()).readResponses(2).get(1).fields("Connection"))
                    .containsExactly("close");
        }
    }

    @Test
    void goodValueAppliesFromTheNextDecisionOn() throws Exception {
        try (var rig = Rig.start(
                        Wire.PLAIN, factory -> factory.setKeepAliveHeader(KeepAliveHeaderMode.ALWAYS), Rig::hello);
                var client = rig.connect()) {
            assertThat(client.send(get()).readResponse().fields("Keep-Alive")).containsExactly("timeout=29, max=999");
            rig.factory().setMaxRequests(3);
            rig.factory().setKeepAliveTimeout(11_000);
            assertThat(client.send(get()).readResponse().fields("Keep-Alive")).containsExactly("timeout=10, max=1");
            assertThat(client.send(get()).readResponse().fields("Connection")).containsExactly("close");
            client.expectFin();
        }
    }

    @ParameterizedTest
    @MethodSource("badRules")
    void badClientRuleIsRefused(List<String> rule) throws Exception {
        var factory = new KeepAliveConnectionFactory();
        assertThatThrownBy(() -> {
                    factory.addClientRule(rule.get(0), rule.get(1));
                    factory.start();
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("clientRules: ");

        try (var rig = Rig.start(Wire.PLAIN, Rig::hello)) {
            assertThatThrownBy(() -> rig.factory().addClientRule(rule.get(0), rule.get(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("clientRules: ");
            rig.factory().setMaxRequests(7);
            assertThat(rig.factory().getPolicy().maxRequests()).isEqualTo(7);
        }
    }

    static Stream<List<String>> badRules() {
        return Stream.of(List.of("(", "NO_KEEP_ALIVE"), List.of("Mozilla", "NO_SUCH_ACTION"));
    }

    @Test
    void clientRuleAppliesWhileRunning() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, Rig::hello);
                var client = rig.connect()) {
            rig.factory().addClientRule("^Old/", "NO_KEEP_ALIVE");

            assertThat(client.send(get("User-Agent: Old/1.0")).readResponse().fields("Connection"))
                    .containsExactly("close");
            client.expectFin();
        }
    }
}
