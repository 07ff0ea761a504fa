package io.github.jettykeepalive.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.testing.RawResponse;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The containers' own WebSocket behind {@link HopByHopFilter}. */
@ExtendWith(RealWar.class)
class WebSocketWireTest {
    private static final String HANDSHAKE = "GET /app/hop/socket HTTP/1.1\r\nHost: localhost\r\n"
            + "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nKeep-Alive: timeout=5\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    /** A text frame of the client, masked by zeros: {@code hello} (RFC 6455 section 5.7). */
    private static final byte[] HELLO = {(byte) 0x81, (byte) 0x85, 0, 0, 0, 0, 'h', 'e', 'l', 'l', 'o'};

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JETTY_EE10")
    void aWebSocketWorksBehindTheFilter(Container container) throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send(HANDSHAKE);
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.field("Sec-WebSocket-Accept")).hasValue("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(response.field("Upgrade"))
                    .hasValueSatisfying(value -> assertThat(value).isEqualToIgnoringCase("websocket"));
            assertThat(response.field("Connection"))
                    .hasValueSatisfying(value -> assertThat(value).containsIgnoringCase("upgrade"));
            client.send(HELLO);
            String frame = client.read(12);
            assertThat(frame.getBytes(ISO_8859_1)[0]).isEqualTo((byte) 0x81);
            assertThat(frame.substring(2)).isEqualTo("echo hello");
        }
    }

    /** A3: an offer to upgrade used to switch the filter off. */
    @ParameterizedTest
    @EnumSource
    void anOfferToUpgradeHidesAndDropsAsMuchAsEver(Container container) throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send("GET /app/hop/run/fields HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, X-Mine\r\n"
                    + "Upgrade: websocket, h2c\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("host=localhost\n");
        }
    }
}
