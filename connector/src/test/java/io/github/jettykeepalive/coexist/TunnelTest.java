package io.github.jettykeepalive.coexist;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.InBackground;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.handler.ConnectHandler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A proxy's tunnel, by CONNECT. */
class TunnelTest {
    @ParameterizedTest
    @EnumSource
    void tunnelCarriesBytesBothWaysAndEndsWithEitherSide(Http http) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestServer server = http.server().start(new ConnectHandler());
                RawClient client = RawClient.connect(server.port())) {
            CompletableFuture<Socket> accepting = InBackground.supply(() -> accept(listener));
            String target = "localhost:" + listener.getLocalPort();
            client.send("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");

            assertThat(client.readResponse().status()).isEqualTo(200);
            try (Socket peer = accepting.get()) {
                client.send("there");
                assertThat(peer.getInputStream().readNBytes(5)).asString().isEqualTo("there");
                peer.getOutputStream().write(new byte[] {'b', 'a', 'c', 'k'});
                assertThat(client.read(4)).isEqualTo("back");
            }
            client.expectFin();
        }
    }

    private static Socket accept(ServerSocket listener) {
        try {
            return listener.accept();
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }
}
