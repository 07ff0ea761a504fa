package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.testing.LogCapture;
import java.util.List;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose HTTP/1.1 is replaced, what the successor takes over, and what is left alone. */
class KeepAliveInstallerTest {
    private final Server server = new Server();
    private final KeepAliveConnectionFactory settings = new KeepAliveConnectionFactory();
    private final HttpConfiguration configuration = new HttpConfiguration();

    @AfterEach
    void stopServer() throws Exception {
        server.stop();
    }

    private LocalConnector connector(ConnectionFactory... factories) {
        LocalConnector connector = new LocalConnector(server, null, null, null, 1, factories);
        server.addConnector(connector);
        return connector;
    }

    private void start() throws Exception {
        server.addBean(new KeepAliveInstaller(server, settings));
        server.start();
    }

    private static KeepAliveConnectionFactory installed(LocalConnector connector) {
        return (KeepAliveConnectionFactory) connector.getConnectionFactory("http/1.1");
    }

    @Test
    void everyConnectorGetsItsOwnFactoryWithTheSameSettings() throws Exception {
        settings.setMaxRequests(7);
        LocalConnector one = connector(new HttpConnectionFactory());
        LocalConnector other = connector(new HttpConnectionFactory());
        start();

        assertThat(installed(one).getPolicy()).isEqualTo(settings.getPolicy());
        assertThat(installed(other).getMaxRequests()).isEqualTo(7);
        assertThat(List.of(installed(one), installed(other), settings)).doesNotHaveDuplicates();
        assertThat(installed(one).isStarted()).isTrue();
    }

    /** N7. */
    @Test
    void changedSettingsHoldAfterARestart() throws Exception {
        LocalConnector connector = connector(new HttpConnectionFactory());
        settings.setMaxRequests(7);
        start();
        KeepAliveConnectionFactory before = installed(connector);
        server.stop();
        server.start();
        assertThat(installed(connector)).isSameAs(before);

        server.stop();
        settings.setMaxRequests(8);
        server.start();
        assertThat(installed(connector).getMaxRequests()).isEqualTo(8);
        assertThat(installed(connector).isStarted()).isTrue();
    }

    /** N7. */
    @Test
    void secondInstallerSaysWhereItDoesNothing() throws Exception {
        LocalConnector connector = connector(new HttpConnectionFactory());
        try (var log = LogCapture.of(KeepAliveInstaller.class.getName())) {
            settings.setMaxRequests(7);
            server.addBean(new KeepAliveInstaller(server, settings));
            server.addBean(new KeepAliveInstaller(server, new KeepAliveConnectionFactory()));
            server.start();

            assertThat(log.events()).hasSize(1);
            assertThat(log.events().get(0).text()).contains("are not used there");
        }
        assertThat(installed(connector).getMaxRequests()).isEqualTo(7);
    }

    @Test
    void placeAndDefaultProtocolStay() throws Exception {
        ConnectionFactory h2c = new HTTP2CServerConnectionFactory(configuration);
        LocalConnector connector = connector(
                new SslConnectionFactory(new SslContextFactory.Server(), "http/1.1"),
                new HttpConnectionFactory(configuration),
                h2c);
        connector.addFirstConnectionFactory(new ProxyConnectionFactory());
        connector.setDefaultProtocol("ssl");
        List<String> before = List.copyOf(connector.getProtocols());
        start();

        assertThat(connector.getProtocols()).isEqualTo(before).endsWith("h2c");
        assertThat(connector.getDefaultProtocol()).isEqualTo("ssl");
        assertThat(connector.getConnectionFactory("h2c")).isSameAs(h2c);
    }

    @Test
    void successorTakesOverWhatTheFormerHad() throws Exception {
        HttpConnectionFactory former = new HttpConnectionFactory(configuration);
        Connection.Listener listener = new Connection.Listener() {};
        AbstractLifeCycle bean = new AbstractLifeCycle() {};
        former.addEventListener(listener);
        former.addBean(bean);
        former.setInputBufferSize(4321);
        LocalConnector connector = connector(former);
        start();

        assertThat(installed(connector).getHttpConfiguration()).isSameAs(configuration);
        assertThat(installed(connector).getEventListeners()).contains(listener);
        assertThat(installed(connector).getInputBufferSize()).isEqualTo(4321);
        assertThat(bean.isStarted()).isTrue();
        assertThat(connector.getBeans(HttpConnectionFactory.class)).containsExactly(installed(connector));
    }

    @Test
    void connectorsWithoutHttp11AreLeftAlone() throws Exception {
        ConnectionFactory h2c = new HTTP2CServerConnectionFactory(configuration);
        LocalConnector connector = connector(h2c);
        start();

        assertThat(connector.getConnectionFactories()).containsExactly(h2c);
    }

    @Test
    void ownFactoriesKeepTheirOwnSettings() throws Exception {
        KeepAliveConnectionFactory own = new KeepAliveConnectionFactory();
        LocalConnector connector = connector(own);
        start();

        assertThat(installed(connector)).isSameAs(own);
    }

    @Test
    void foreignFactoriesAreKeptAndReported() throws Exception {
        HttpConnectionFactory foreign = new HttpConnectionFactory() {};
        LocalConnector connector = connector(foreign);
        try (LogCapture log = LogCapture.of(KeepAliveInstaller.class.getName())) {
            start();

            assertThat(connector.getConnectionFactory("http/1.1")).isSameAs(foreign);
            assertThat(log.events()).hasSize(1);
        }
    }

    @Test
    void restartKeepsTheFactories() throws Exception {
        LocalConnector connector = connector(new HttpConnectionFactory());
        start();
        KeepAliveConnectionFactory first = installed(connector);
        server.stop();
        server.start();

        assertThat(installed(connector)).isSameAs(first);
        assertThat(first.isStarted()).isTrue();
    }

    @Test
    void connectorAddedToARunningServerIsServedUnlessItRuns() throws Exception {
        start();
        LocalConnector late = connector(new HttpConnectionFactory());
        LocalConnector running = new LocalConnector(server, new HttpConnectionFactory());
        running.start();
        server.addConnector(running);
        late.start();

        assertThat(installed(late).isStarted()).isTrue();
        assertThat(running.getConnectionFactory("http/1.1").getClass()).isEqualTo(HttpConnectionFactory.class);
        late.stop();
        running.stop();
    }

    @Test
    void badSettingStopsTheStart() {
        settings.setMaxRequests(-3);
        connector(new HttpConnectionFactory());

        assertThatThrownBy(this::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxRequests: -3 (expected: >= 0)");
    }
}
