package io.github.jettykeepalive.coexist;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.enforce.ConnectionLedger;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A servlet speaks another protocol, which Jetty has as content of the exchange. */
class ServletUpgradeEe11Test {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final char BYE = '!';

    /** Jetty tunnels only what a request with a length has not ended yet. */
    private static final String UPGRADE = "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
            + "Connection: Upgrade\r\nUpgrade: echo\r\n\r\n";

    private static final String WITHOUT_LENGTH = UPGRADE.replace("Content-Length: 0\r\n", "");

    /** Sends what it gets, until that is the end or {@link #BYE}. For Jetty, which wants it public. */
    public static final class Echo implements HttpUpgradeHandler {
        @Override
        public void init(WebConnection connection) {
            try {
                connection.getInputStream().setReadListener(new Listener(connection));
            } catch (IOException x) {
                throw new AssertionError(x);
            }
        }

        @Override
        public void destroy() {
            // Nothing is left to do.
        }
    }

    private static final class Listener implements ReadListener {
        private final WebConnection connection;

        Listener(WebConnection connection) {
            this.connection = connection;
        }

        @Override
        public void onDataAvailable() throws IOException {
            ServletInputStream in = connection.getInputStream();
            ServletOutputStream out = connection.getOutputStream();
            while (in.isReady()) {
                int next = in.read();
                if (next < 0 || next == BYE) {
                    onAllDataRead();
                    return;
                }
                out.write(next);
                out.flush();
            }
        }

        @Override
        public void onAllDataRead() {
            try {
                connection.close();
            } catch (Exception x) {
                throw new AssertionError(x);
            }
        }

        @Override
        public void onError(Throwable failure) {
            onAllDataRead();
        }
    }

    private static TestServer start(Http http) throws Exception {
        var servlet = new ServletHolder(new HttpServlet() {
            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response)
                    throws IOException, ServletException {
                request.upgrade(Echo.class);
            }
        });
        servlet.setAsyncSupported(true);
        var context = new ServletContextHandler();
        context.addServlet(servlet, "/");
        return http.server().start(context);
    }

    private static void assertEchoes(RawClient client) throws IOException {
        assertThat(client.readResponse().status()).isEqualTo(101);
        client.send("ping");
        assertThat(client.read(4)).isEqualTo("ping");
    }

    private static ConnectionLedger ledger(TestServer server) {
        return server.factory(KeepAliveConnectionFactory.class).getLedger();
    }

    private static void expectClosedForUpgrade(ConnectionLedger ledger) {
        Eventually.await(PATIENCE, "it is closed", ledger::getOpen, open -> open == 0);
        assertThat(ledger.getClosesByReason()).containsOnlyKeys("upgrade");
    }

    private static void expectClosed(TestServer server, Http http) {
        server.awaitNoConnections();
        if (http != Http.STOCK) {
            expectClosedForUpgrade(ledger(server));
        }
    }

    @ParameterizedTest
    @EnumSource
    void protocolIsSpokenUntilTheClientEnds(Http http) throws Exception {
        try (TestServer server = start(http);
                RawClient client = RawClient.connect(server.port()).send(UPGRADE)) {
            assertEchoes(client);
            client.halfClose();
            client.expectFin();

            expectClosed(server, http);
        }
    }

    @ParameterizedTest
    @EnumSource
    void protocolIsSpokenUntilTheServletEnds(Http http) throws Exception {
        try (TestServer server = start(http);
                RawClient client = RawClient.connect(server.port()).send(UPGRADE)) {
            assertEchoes(client);
            client.send(String.valueOf(BYE)).expectFin();
            client.halfClose();

            expectClosed(server, http);
        }
    }

    @Test
    void drainDoesNotWaitForIt() throws Exception {
        try (TestServer server = start(Http.OURS);
                RawClient client = RawClient.connect(server.port()).send(UPGRADE)) {
            assertEchoes(client);
            assertThat(ledger(server).count(Phase.UPGRADED)).isEqualTo(1);
            server.factory(KeepAliveConnectionFactory.class).drain(0).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            client.send("pong");
            assertThat(client.read(4)).isEqualTo("pong");
        }
    }

    /** Jetty takes the content of this request to be over, so the handler's protocol ends at once. */
    @Test
    void connectionWhoseProtocolIsOverLingers() throws Exception {
        try (TestServer server = start(Http.OURS);
                RawClient client = RawClient.connect(server.port()).send(WITHOUT_LENGTH)) {
            assertThat(client.readResponse().status()).isEqualTo(101);
            client.expectFin();
            client.send("nobody reads this");
            client.halfClose();

            expectClosedForUpgrade(ledger(server));
        }
    }
}
