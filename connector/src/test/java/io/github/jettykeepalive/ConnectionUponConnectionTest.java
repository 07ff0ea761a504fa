package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** An application upgrades a connection of ours to another of ours, which ends as any other does. */
class ConnectionUponConnectionTest {
    private static final String CONNECT = "CONNECT a.example:80 HTTP/1.1\r\nHost: a.example:80\r\n\r\n";
    private static final long SHORT = 300;

    /** Makes the connection that speaks on in the tunnel. */
    private interface Above {
        Connection on(Connector connector, EndPoint endPoint) throws Exception;
    }

    private static Rig rig(Consumer<KeepAliveConnectionFactory> settings, Above above) throws Exception {
        return Rig.start(
                Wire.PLAIN,
                settings,
                server -> server.idleTimeout(Duration.ofMillis(20 * SHORT)),
                (request, response, callback) -> answer(request, response, callback, above));
    }

    private static boolean answer(Request request, Response response, Callback callback, Above above) throws Exception {
        if (!request.getMethod().equals("CONNECT")) {
            return Rig.hello(request, response, callback);
        }
        Connector connector = request.getConnectionMetaData().getConnector();
        EndPoint endPoint = request.getTunnelSupport().getEndPoint();
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, above.on(connector, endPoint));
        callback.succeeded();
        return true;
    }

    private static Connection http(Connector connector, EndPoint endPoint) {
        return connector.getConnectionFactory("http/1.1").newConnection(connector, endPoint);
    }

    private static void shortKeepAlive(KeepAliveConnectionFactory factory) {
        factory.setKeepAliveTimeout(SHORT);
    }

    private static void tunnel(RawClient client) throws IOException {
        assertThat(client.send(CONNECT).readResponse().status()).isEqualTo(200);
    }

    @Test
    void keepAliveTimeoutEndsTheUpperOne() throws Exception {
        try (var rig = rig(ConnectionUponConnectionTest::shortKeepAlive, ConnectionUponConnectionTest::http);
                var client = rig.connect()) {
            tunnel(client);
            long start = System.nanoTime();
            assertThat(client.send(get(KEEP_ALIVE)).readResponse().status()).isEqualTo(200);
            client.expectFin();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(15 * SHORT));
            client.halfClose();
            rig.expectCloses(CloseReason.IDLE, CloseReason.UPGRADE);
        }
    }

    @Test
    void drainEndsTheUpperOne() throws Exception {
        try (var rig = rig(factory -> {}, ConnectionUponConnectionTest::http);
                var client = rig.connect()) {
            tunnel(client);
            assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
            var drained = rig.factory().drain(0);
            client.expectFin();
            client.halfClose();
            drained.get(30, TimeUnit.SECONDS);
        }
    }

    /** The socket was admitted when it came. */
    @Test
    void clientIsNotRefusedForTheUpperOne() throws Exception {
        try (var rig = rig(factory -> factory.setMaxConnectionsPerClient(1), ConnectionUponConnectionTest::http);
                var client = rig.connect()) {
            tunnel(client);
            assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
            assertThat(rig.ledger().getOpen()).isEqualTo(1);
            // What a change of settings counts anew is the same.
            rig.factory().setMaxConnectionsPerClient(2);
            rig.factory().setMaxConnectionsPerClient(1);
            tunnel(client);
            assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void nobodyMakesRoomForTheUpperOne() throws Exception {
        try (var rig = rig(factory -> factory.setMaxConnections(2), ConnectionUponConnectionTest::http);
                var idle = rig.connect();
                var client = rig.connect()) {
            assertThat(idle.send(get()).readResponse().status()).isEqualTo(200);
            tunnel(client);
            assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
            assertThat(idle.send(get()).readResponse().status()).isEqualTo(200);
        }
    }

    /** Jetty lengthens the idle timeout for a request; that is not the connector's, which the upper one goes by. */
    @Test
    void idleTimeoutOfTheConnectorIsThatOfBoth() throws Exception {
        Consumer<KeepAliveConnectionFactory> settings = factory -> {
            factory.getHttpConfiguration().setIdleTimeout(40 * SHORT);
            factory.setKeepAliveTimeout(30 * SHORT);
        };
        try (var rig = rig(settings, ConnectionUponConnectionTest::http);
                var client = rig.connect()) {
            tunnel(client);
            assertThat(client.send(get(KEEP_ALIVE)).readResponse().fields("Keep-Alive"))
                    .singleElement()
                    .asString()
                    .startsWith("timeout=8,");
        }
    }

    @Test
    void endOfThePeerIsTheEndOfBoth() throws Exception {
        try (var rig = rig(factory -> {}, ConnectionUponConnectionTest::http);
                var client = rig.connect()) {
            tunnel(client);
            assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
            client.halfClose();
            client.expectFin();
            long start = System.nanoTime();
            rig.expectCloses(CloseReason.PEER_GONE, CloseReason.UPGRADE);
            // And not when the sweep comes by.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    /** Jetty's TLS has a wait of its own, which is not ours to interrupt. */
    @Test
    void keepAliveTimeoutEndsTheOneInATunnelOfTls() throws Exception {
        var context = TestKeys.serverContext();
        context.start();
        ConnectionFactory tls = new SslConnectionFactory(context, "http/1.1");
        try (var rig = rig(ConnectionUponConnectionTest::shortKeepAlive, tls::newConnection);
                var socket = new Socket("127.0.0.1", rig.port())) {
            socket.setSoTimeout(10_000);
            write(socket, CONNECT);
            assertThat(readHead(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
            var secure = (SSLSocket)
                    TestKeys.clientSslContext().getSocketFactory().createSocket(socket, "localhost", rig.port(), false);
            write(secure, get());
            assertThat(readHead(secure.getInputStream())).startsWith("HTTP/1.1 200 ");
            assertThat(secure.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
            long start = System.nanoTime();
            assertThat(secure.getInputStream().read()).isEqualTo(-1);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(15 * SHORT));
            secure.close();
            socket.close();
            rig.expectCloses(CloseReason.IDLE, CloseReason.UPGRADE);
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readHead(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("behind %s", head).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }
}
