package io.github.jettykeepalive.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.RawClient;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A start that was refused leaves nothing behind: the server is stopped, corrected, and started. */
class RefusedStartTest {
    private final Site site = new Site();
    private Log log;

    @BeforeEach
    void begin() {
        log = new Log();
    }

    @AfterEach
    void end() throws Exception {
        site.server.stop();
        log.close();
        Threads.expectNone();
    }

    private static void assertServed(ServerConnector connector) throws Exception {
        try (var client = RawClient.connect(connector.getLocalPort()).patience(Site.PATIENCE)) {
            client.send(Ask.keep(Desk.HELLO) + Ask.close(Desk.HELLO));
            assertThat(client.readResponses(2))
                    .extracting(response -> response.status() + response.body())
                    .containsExactly("200hello", "200hello");
            client.expectFin();
        }
    }

    /** For another reason than ours. */
    @ParameterizedTest
    @EnumSource
    void portIsTakenAndThenFree(Make make) throws Exception {
        ServerConnector connector = site.add(make.factory());
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            connector.setPort(taken.getLocalPort());
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(site.server::start).hasRootCauseInstanceOf(BindException.class);
                site.server.stop();
            }
        }
        connector.setPort(0);
        site.server.start();
        assertServed(connector);
    }

    static Stream<Named<List<Consumer<KeepAliveConnectionFactory>>>> badAndGood() {
        return Stream.of(
                row("maxRequests", f -> f.setMaxRequests(-3), f -> f.setMaxRequests(0)),
                row("keepAliveTimeout", f -> f.setKeepAliveTimeout(-2), f -> f.setKeepAliveTimeout(1200)),
                row("lingerTimeout", f -> f.setLingerTimeout(0), f -> f.setLingerTimeout(30_000)),
                row("maxLingering", f -> f.setMaxLingering(0), f -> f.setMaxLingering(1000)),
                row("clientPrefix4", f -> f.setClientPrefix4(33), f -> f.setClientPrefix4(24)),
                row("clientExempt", f -> f.setClientExempt("10.0.0.300"), f -> f.setClientExempt("10.0.0.3")),
                row("maxConnections", f -> f.setMaxConnections(-1), f -> f.setMaxConnections(0)));
    }

    private static Named<List<Consumer<KeepAliveConnectionFactory>>> row(
            String name, Consumer<KeepAliveConnectionFactory> bad, Consumer<KeepAliveConnectionFactory> good) {
        return Named.of(name, List.of(bad, good));
    }

    @ParameterizedTest
    @MethodSource("badAndGood")
    void settingIsRefusedThenCorrected(List<Consumer<KeepAliveConnectionFactory>> settings) throws Exception {
        ServerConnector connector = site.add(Make.OURS.factory(settings.get(0)));
        KeepAliveConnectionFactory factory = Site.ours(connector);
        for (int i = 0; i < 2; i++) {
            assertThatIllegalArgumentException()
                    .isThrownBy(site.server::start)
                    .withMessageMatching("\\w+: .* \\(expected: .*\\)");
            assertThat(factory.isRunning()).isFalse();
            site.server.stop();
            assertThatCode(factory::stop).doesNotThrowAnyException();
        }
        settings.get(1).accept(factory);
        site.server.start();
        assertServed(connector);
    }

    /** A running server that is given another connector. */
    @ParameterizedTest
    @MethodSource("badAndGood")
    void settingOfAConnectorIsRefusedWhileAnotherIsInService(List<Consumer<KeepAliveConnectionFactory>> settings)
            throws Exception {
        ServerConnector first = site.add(Make.OURS.factory());
        site.server.start();
        ServerConnector second = site.add(Make.OURS.factory(settings.get(0)));
        assertThatIllegalArgumentException().isThrownBy(second::start);
        second.stop();
        assertServed(first);
        settings.get(1).accept(Site.ours(second));
        second.start();
        assertServed(first);
        assertServed(second);
        second.stop();
    }

    static Stream<Named<Consumer<KeepAliveConnectionFactory>>> nulls() {
        return Stream.of(
                Named.of("keepAliveHeader", factory -> factory.setKeepAliveHeader(null)),
                Named.of("closeOnStatus", factory -> factory.setCloseOnStatus(null)),
                Named.of("clientExempt", factory -> factory.setClientExempt(null)),
                Named.of("clientRules", factory -> factory.setClientRules(null)),
                Named.of("clientRule", factory -> factory.addClientRule(null, "NO_KEEP_ALIVE")),
                Named.of("clientRuleActions", factory -> factory.addClientRule("Mozilla", null)));
    }

    /** Whatever null means, it must not stand in the way of what is set later. */
    @ParameterizedTest
    @MethodSource("nulls")
    void nullIsTakenBackOrMeansNone(Consumer<KeepAliveConnectionFactory> setting) throws Exception {
        ServerConnector connector = site.add(Make.OURS.factory());
        KeepAliveConnectionFactory factory = Site.ours(connector);
        site.server.start();
        try {
            setting.accept(factory);
        } catch (IllegalArgumentException | NullPointerException refused) {
            assertThat(refused).hasMessageMatching("\\w+: null \\(expected: .*\\)");
        }
        factory.setMaxRequests(2);
        assertThat(factory.getPolicy().maxRequests()).isEqualTo(2);
        assertServed(connector);
        connector.stop();
        connector.start();
        assertServed(connector);
    }

    /** The same before the start, which refuses it or not. */
    @ParameterizedTest
    @MethodSource("nulls")
    void nullIsRefusedByTheStartOrMeansNone(Consumer<KeepAliveConnectionFactory> setting) throws Exception {
        KeepAliveConnectionFactory factory = new KeepAliveConnectionFactory();
        try {
            setting.accept(factory);
            ServerConnector connector = site.add(factory);
            site.server.start();
            assertServed(connector);
        } catch (IllegalArgumentException | NullPointerException refused) {
            assertThat(refused).hasMessageMatching("\\w+: null \\(expected: .*\\)");
        }
    }

    @Test
    void factoryThatWasNeverStartedIsStopped() {
        var factory = new KeepAliveConnectionFactory();

        assertThatCode(factory::stop).doesNotThrowAnyException();
        assertThat(factory.isDraining()).isFalse();
        assertThat(factory.getLingering()).isZero();
        assertThat(factory.getLedger().getOpen()).isZero();
    }
}
