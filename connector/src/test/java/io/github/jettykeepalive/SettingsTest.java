package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.jettykeepalive.policy.KeepAliveHeaderMode;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import io.github.jettykeepalive.testing.InBackground;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.jetty.server.HttpConfiguration;
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
                bad("lingerMaxRate: -1 (expected: >= 0)", f -> f.setLingerMaxRate(-1), f -> f.getLingerMaxRate()),
                bad("maxLingering: 0 (expected: >= 1)", f -> f.setMaxLingering(0), f -> f.getMaxLingering()),
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

    /** Two values that were both set, in both orders: the later one is refused. */
    static Stream<Bad> pairsOfFields() {
        return Stream.of(
                        pair(
                                "advertiseMargin: 5000 ms (expected: < keepAliveTimeout: 5000 ms)",
                                f -> f.setKeepAliveTimeout(5000),
                                f -> f.getKeepAliveTimeout(),
                                f -> f.setAdvertiseMargin(5000),
                                f -> f.getAdvertiseMargin()),
                        pair(
                                "lingerIdleTimeout: 5000 ms (expected: <= lingerTimeout: 3000 ms)",
                                f -> f.setLingerTimeout(3000),
                                f -> f.getLingerTimeout(),
                                f -> f.setLingerIdleTimeout(5000),
                                f -> f.getLingerIdleTimeout()),
                        pair(
                                "maxConnectionsPerClient: 11 (expected: <= maxConnections: 10)",
                                f -> f.setMaxConnections(10),
                                f -> f.getMaxConnections(),
                                f -> f.setMaxConnectionsPerClient(11),
                                f -> f.getMaxConnectionsPerClient()),
                        pair(
                                "clientClosesFirst: 30000 ms (expected: < lingerTimeout: 30000 ms)",
                                f -> f.setLingerTimeout(30_000),
                                f -> f.getLingerTimeout(),
                                f -> f.setClientClosesFirst(30_000),
                                f -> f.getClientClosesFirst()),
                        pair(
                                "clientClosesFirst: 1000 ms (expected: 0 ms while lingeringClose: false)",
                                f -> f.setClientClosesFirst(1000),
                                f -> f.getClientClosesFirst(),
                                f -> f.setLingeringClose(false),
                                f -> f.isLingeringClose()))
                .flatMap(rows -> rows);
    }

    private static Stream<Bad> pair(
            String message,
            Consumer<KeepAliveConnectionFactory> one,
            Function<KeepAliveConnectionFactory, Object> getOne,
            Consumer<KeepAliveConnectionFactory> other,
            Function<KeepAliveConnectionFactory, Object> getOther) {
        return Stream.of(new Bad(message, one, other, getOther), new Bad(message, other, one, getOne));
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

    /** What a setter cannot read, it refuses at once; null, too. */
    @SuppressWarnings("NullAway") // what a console sends
    static Stream<Bad> unreadable() {
        String statuses = " (expected: statuses from 200 to 599, separated by commas)";
        String rules = " (expected: \"regex\" actions, or httpd, separated by ;)";
        String anAction = " (expected: one of NO_KEEP_ALIVE, DOWNGRADE_1_0, FORCE_RESPONSE_1_0)";
        return Stream.of(
                bad("closeOnStatus: 413,99" + statuses, f -> f.setCloseOnStatus("413,99"), f -> f.getCloseOnStatus()),
                bad("closeOnStatus: null" + statuses, f -> f.setCloseOnStatus(null), f -> f.getCloseOnStatus()),
                bad(
                        "clientExempt: null (expected: networks, separated by commas)",
                        f -> f.setClientExempt(null),
                        f -> f.getClientExempt()),
                bad(
                        "keepAliveHeader: null (expected: ON_REQUEST, ALWAYS or NEVER)",
                        f -> f.setKeepAliveHeader(null),
                        f -> f.getKeepAliveHeader()),
                bad("clientRules: null" + rules, f -> f.setClientRules(null), f -> f.getClientRules()),
                bad("clientRules: Old" + rules, f -> f.setClientRules("Old"), f -> f.getClientRules()),
                bad(
                        "clientRules: null (expected: a regular expression)",
                        f -> f.addClientRule(null, "NO_KEEP_ALIVE"),
                        f -> f.getClientRules()),
                bad(
                        "clientRules: ( (expected: a regular expression; Unclosed group)",
                        f -> f.addClientRule("(", "NO_KEEP_ALIVE"),
                        f -> f.getClientRules()),
                bad("clientRules: null" + anAction, f -> f.addClientRule("Old", null), f -> f.getClientRules()),
                bad("clientRules: CLOSE" + anAction, f -> f.addClientRule("Old", "CLOSE"), f -> f.getClientRules()),
                bad(
                        "clientRules: Old (expected: at least one action)",
                        f -> f.addClientRule("Old", ""),
                        f -> f.getClientRules()));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void whatCannotBeReadIsRefusedAtOnce(Bad row) throws Exception {
        for (boolean running : new boolean[] {false, true}) {
            var factory = new KeepAliveConnectionFactory();
            factory.setCloseOnStatus("413");
            factory.setClientExempt("10.0.0.0/8");
            factory.setKeepAliveHeader(KeepAliveHeaderMode.ALWAYS);
            factory.addHttpdClientRules();
            if (running) {
                factory.start();
            }
            KeepAlivePolicy policy = factory.getPolicy();
            Object value = row.getter.apply(factory);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> row.setting.accept(factory))
                    .withMessage(row.message);
            assertThat(row.getter.apply(factory)).isEqualTo(value);
            assertThat(factory.getPolicy()).isEqualTo(policy);
            factory.setMaxRequests(7);
            factory.addClientRule("Later", "NO_KEEP_ALIVE");
            assertThat(factory.getPolicy().maxRequests()).isEqualTo(7);
            factory.stop();
        }
    }

    // --- a start that was refused

    @Test
    void factoryThatWasRefusedItsStartIsStoppedCorrectedAndStarted() throws Exception {
        var factory = new KeepAliveConnectionFactory();
        factory.setMaxRequests(-3);
        assertThatIllegalArgumentException().isThrownBy(factory::start);
        assertThat(factory.getLingering()).isZero();
        assertThat(factory.isDraining()).isFalse();
        assertThat(factory.drain(0)).isCompleted();
        factory.stop();
        factory.setMaxRequests(3);
        factory.start();
        assertThat(factory.getPolicy().maxRequests()).isEqualTo(3);

        factory.stop();
        factory.setMaxRequests(-4);
        assertThatIllegalArgumentException().isThrownBy(factory::start).withMessageStartingWith("maxRequests: -4");
        factory.setMaxRequests(4);
        factory.start();
        assertThat(factory.getPolicy().maxRequests()).isEqualTo(4);
        factory.stop();
    }

    @Test
    void serverThatWasRefusedItsStartIsStoppedCorrectedAndStarted() throws Exception {
        var server = new Server();
        var factory = new KeepAliveConnectionFactory();
        server.addConnector(new ServerConnector(server, factory));
        factory.setClientExempt("nowhere near an address");
        assertThatIllegalArgumentException().isThrownBy(server::start).withMessageStartingWith("clientExempt: ");
        server.stop();
        factory.setClientExempt("");
        server.start();
        assertThat(factory.isStarted()).isTrue();
        server.stop();
    }

    // --- each stands alone

    /** Before the start nothing is refused for what has not been set yet. */
    @Test
    void orderOfTheSettersDoesNotMatterBeforeTheStart() throws Exception {
        for (boolean turned : new boolean[] {false, true}) {
            List<Consumer<KeepAliveConnectionFactory>> setters = new ArrayList<>(List.of(
                    f -> f.setLingerIdleTimeout(50_000),
                    f -> f.setClientClosesFirst(40_000),
                    f -> f.setMaxConnectionsPerClient(11),
                    f -> f.setAdvertiseMargin(60_000),
                    f -> f.setKeepAliveTimeout(70_000),
                    f -> f.setMaxConnections(11),
                    f -> f.setLingerTimeout(50_000)));
            if (turned) {
                Collections.reverse(setters);
            }
            var factory = new KeepAliveConnectionFactory();
            setters.forEach(setter -> setter.accept(factory));
            factory.start();
            assertThat(factory.getPolicy().linger().timeout()).hasMillis(50_000);
            factory.stop();
        }
    }

    @Test
    void badValueDoesNotFailAGoodOneBesideIt() throws Exception {
        var factory = new KeepAliveConnectionFactory();
        factory.start();
        int rounds = 20_000;
        var refused = new AtomicInteger();
        CompletableFuture<Void> bad = InBackground.run(() -> {
            for (int i = 0; i < rounds; i++) {
                try {
                    factory.setMaxRequests(-1);
                } catch (IllegalArgumentException expected) {
                    refused.incrementAndGet();
                }
            }
        });
        CompletableFuture<Void> another = InBackground.run(() -> {
            for (int i = 1; i <= rounds; i++) {
                factory.setRequestHeaderTimeout(i);
            }
        });
        for (int i = 1; i <= rounds; i++) {
            factory.setMaxAge(i);
        }
        CompletableFuture.allOf(bad, another).get(30, TimeUnit.SECONDS);

        assertThat(refused).hasValue(rounds);
        assertThat(factory.getPolicy().maxAge()).hasMillis(rounds);
        assertThat(factory.getPolicy().requestHeaderTimeout()).hasMillis(rounds);
        assertThat(factory.getPolicy().maxRequests()).isEqualTo(1000);
        factory.stop();
    }

    /** The start asks the configuration for its customizers between checking the settings and putting them into force. */
    @Test
    void valueThatIsSetDuringTheStartIsInForceBehindIt() throws Exception {
        var during = new AtomicReference<Runnable>(() -> {});
        var configuration = new HttpConfiguration() {
            @Override
            public List<Customizer> getCustomizers() {
                during.get().run();
                return super.getCustomizers();
            }
        };
        var factory = new KeepAliveConnectionFactory(configuration);
        during.set(() -> factory.setMaxRequests(7));
        factory.start();
        assertThat(factory.getPolicy().maxRequests()).isEqualTo(7);
        factory.stop();
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
