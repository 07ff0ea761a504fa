package io.github.jettykeepalive.coexist;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.SocketCustomizationListener;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link SocketCustomizationListener} finds the socket, whatever lies between. */
class SocketCustomizationTest {
    private final List<String> customized = new CopyOnWriteArrayList<>();

    private TestServer.Builder listening(Http http) {
        return http.server()
                .connector(connector -> connector.addBean(new SocketCustomizationListener() {
                    @Override
                    protected void customize(Socket socket, Class<? extends Connection> connection, boolean ssl) {
                        customized.add(socket.getPort() + (ssl ? " inside TLS" : ""));
                    }
                }));
    }

    @ParameterizedTest
    @EnumSource
    void plain(Http http) throws Exception {
        try (TestServer server = listening(http).start(Ask::hello);
                RawClient client = RawClient.connect(server.port())) {
            Ask.answer(client);

            assertThat(customized).containsExactly("" + client.localPort());
        }
    }

    @ParameterizedTest
    @EnumSource
    void tls(Http http) throws Exception {
        try (TestServer server = listening(http).tls().start(Ask::hello);
                RawClient client = RawClient.connectTls(server.tlsPort(), "TLSv1.3")) {
            Ask.answer(client);

            assertThat(customized)
                    .containsExactlyInAnyOrder(client.localPort() + "", client.localPort() + " inside TLS");
        }
    }

    /** A listener may keep what it is shown, and take itself from it. */
    @ParameterizedTest
    @EnumSource
    void theConnectionIsTheSameAtItsEnd(Http http) throws Exception {
        var heard = new CopyOnWriteArrayList<Connection>();
        var once = new CopyOnWriteArrayList<String>();
        try (TestServer server = http.server()
                .connector(connector -> {
                    connector.addBean(new SocketCustomizationListener() {
                        @Override
                        public void onOpened(Connection connection) {
                            heard.add(connection);
                        }

                        @Override
                        public void onClosed(Connection connection) {
                            heard.add(connection);
                        }
                    });
                    connector.addBean(new SocketCustomizationListener() {
                        @Override
                        public void onOpened(Connection connection) {
                            once.add("opened");
                            connection.removeEventListener(this);
                        }

                        @Override
                        public void onClosed(Connection connection) {
                            once.add("closed");
                        }
                    });
                })
                .start(Ask::hello)) {
            try (RawClient client = RawClient.connect(server.port())) {
                Ask.answer(client);
            }
            server.awaitNoConnections();
            Eventually.await(Duration.ofSeconds(30), "it has closed", heard::size, size -> size == 2);
            assertThat(heard.get(1)).isSameAs(heard.get(0));
            assertThat(once).containsExactly("opened");
        }
    }

    @ParameterizedTest
    @EnumSource
    void behindTheProxyProtocol(Http http) throws Exception {
        try (TestServer server = listening(http).proxyProtocol().start(Ask::hello);
                RawClient client = RawClient.connect(server.port())) {
            client.send("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n");
            Ask.answer(client);

            assertThat(customized).contains("" + client.localPort());
        }
    }
}
