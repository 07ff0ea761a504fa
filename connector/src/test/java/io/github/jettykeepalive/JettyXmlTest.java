package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.policy.ClientRules;
import io.github.jettykeepalive.policy.KeepAliveHeaderMode;
import io.github.jettykeepalive.testing.KeyStoreFile;
import io.github.jettykeepalive.testing.LogCapture;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.eclipse.jetty.xml.XmlConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The module's XML, and the example for those who write their own, read as Jetty reads them. */
class JettyXmlTest {
    private static final Path MODULE_XML = Path.of("src/main/config/etc/jetty-keep-alive.xml");
    private static final Path EXAMPLE = Path.of("src/test/resources/etc/jetty.xml");

    @TempDir
    Path directory;

    private final Server server = new Server();
    private final Map<String, String> properties = new HashMap<>();

    @AfterEach
    void stopServer() throws Exception {
        server.stop();
    }

    private void configure(Path file) throws Exception {
        XmlConfiguration xml = new XmlConfiguration(ResourceFactory.of(server).newResource(file));
        xml.getIdMap().put("Server", server);
        xml.getProperties().putAll(properties);
        xml.configure();
    }

    private KeepAliveConnectionFactory startedModule() throws Exception {
        server.addConnector(new ServerConnector(server, new HttpConnectionFactory()));
        configure(MODULE_XML);
        server.start();
        return server.getConnectors()[0].getConnectionFactory(KeepAliveConnectionFactory.class);
    }

    @Test
    void moduleWithoutPropertiesHasTheDefaults() throws Exception {
        assertThat(startedModule().getPolicy()).isEqualTo(new KeepAliveConnectionFactory().getPolicy());
    }

    @Test
    void modulePropertiesOfEveryTypeArriveAtTheFactory() throws Exception {
        properties.put("jetty.keepAlive.maxRequests", "7");
        properties.put("jetty.keepAlive.maxAge", "3600000");
        properties.put("jetty.keepAlive.lingeringClose", "false");
        properties.put("jetty.keepAlive.keepAliveHeader", "NEVER");
        properties.put("jetty.keepAlive.closeOnStatus", "413, 503");
        properties.put("jetty.keepAlive.clientRules", "httpd; \"OldBot/1\\.\" NO_KEEP_ALIVE");
        properties.put("jetty.keepAlive.clientExempt", "");
        KeepAliveConnectionFactory expected = new KeepAliveConnectionFactory();
        expected.setMaxRequests(7);
        expected.setMaxAge(3_600_000);
        expected.setLingeringClose(false);
        expected.setKeepAliveHeader(KeepAliveHeaderMode.NEVER);
        expected.setCloseOnStatus("413,503");
        expected.addHttpdClientRules();
        expected.addClientRule("OldBot/1\\.", "NO_KEEP_ALIVE");

        assertThat(startedModule().getPolicy()).isEqualTo(expected.getPolicy());
    }

    @Test
    void badModulePropertyStopsTheStart() {
        properties.put("jetty.keepAlive.maxRequests", "-3");

        assertThatThrownBy(this::startedModule).hasMessage("maxRequests: -3 (expected: >= 0)");
    }

    @Test
    void badClientRuleIsNamed() {
        properties.put("jetty.keepAlive.clientRules", "OldBot NO_KEEP_ALIVE");

        try (LogCapture log = LogCapture.of(XmlConfiguration.class.getName())) {
            assertThatThrownBy(this::startedModule)
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessageStartingWith("clientRules: OldBot NO_KEEP_ALIVE (expected: ");
            assertThat(log.events().get(0).text()).contains("<Set name=\"clientRules\"");
        }
    }

    @Test
    void exampleServesHttpAndHttps() throws Exception {
        properties.put("jetty.http.host", "127.0.0.1");
        properties.put("jetty.http.port", "0");
        properties.put("jetty.ssl.port", "0");
        Path keyStore = KeyStoreFile.write(directory.resolve("keystore.p12"));
        properties.put("jetty.sslContext.keyStorePath", keyStore.toString());
        properties.put("jetty.sslContext.keyStorePassword", KeyStoreFile.PASSWORD);
        configure(EXAMPLE);
        server.start();

        try (RawClient client = RawClient.connect(port(0))) {
            assertThat(get(client, "curl").field("Keep-Alive")).contains("timeout=14, max=99");
            assertThat(get(client, "OldBot/1.0").field("Connection")).contains("close");
            client.expectFin();
        }
        try (RawClient client = RawClient.connectTls(port(1), "TLSv1.3")) {
            assertThat(get(client, "curl").field("Keep-Alive")).contains("timeout=59, max=499");
        }
        assertThat(server.getConnectors()[0].getProtocols()).containsExactly("http/1.1", "h2c");
        assertThat(server.getConnectors()[0]
                        .getConnectionFactory(KeepAliveConnectionFactory.class)
                        .getPolicy()
                        .clientRules()
                        .rules())
                .hasSize(ClientRules.HTTPD.rules().size() + 1);
    }

    private int port(int connector) {
        return ((NetworkConnector) server.getConnectors()[connector]).getLocalPort();
    }

    private static RawResponse get(RawClient client, String userAgent) throws Exception {
        client.send(
                "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\nUser-Agent: " + userAgent + "\r\n\r\n");
        return client.readResponse();
    }
}
