package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.BlindRelay;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.TestServer;
import java.time.Duration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RFC 9112 appendix C.2.2: a relay that copies {@code Connection} without understanding it waits for the server to close,
 * while the server waits for the next request.
 */
class RelayGuardTest {
    private static final Duration NEVER_WITHIN = Duration.ofMillis(500);

    @ParameterizedTest
    @ValueSource(strings = {"Via: 1.0 old-relay", "Proxy-Connection: keep-alive"})
    void clientBehindBlindRelayIsAnsweredAtOnce(String trace) throws Exception {
        try (Rig rig = Rig.start(Wire.PLAIN, Rig::hello)) {
            try (BlindRelay relay = BlindRelay.to(rig.port());
                    RawClient client = RawClient.connect(relay.port())) {
                client.send(Ask.get10(Ask.KEEP_ALIVE, trace));
                RawResponse response = client.readResponse();
                assertThat(response.body()).isEqualTo("hello");
                assertThat(response.field("Connection")).hasValue("close");
                client.expectFin();
            }
            rig.expectCloses(CloseReason.HTTP_1_0);
        }
    }

    /** What the guard is for: on stock Jetty the relay, and so its client, hangs until the idle timeout. */
    @Test
    void stockJettyLeavesTheRelayHanging() throws Exception {
        try (TestServer stock = TestServer.with(HttpConnectionFactory::new).start(Rig::hello);
                BlindRelay relay = BlindRelay.to(stock.port());
                RawClient client = RawClient.connect(relay.port())) {
            client.patience(NEVER_WITHIN);
            client.send(Ask.get10(Ask.KEEP_ALIVE, "Via: 1.0 old-relay"));
            assertThat(client.readResponse().body()).isEqualTo("hello");
            // The connection the relay copies stays open, and with it the exchange the relay cannot see the end of.
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void guardMayBeOff() throws Exception {
        try (Rig rig = Rig.start(Wire.PLAIN, factory -> factory.setHttp10RelayGuard(false), Rig::hello)) {
            try (RawClient client = rig.connect()) {
                client.send(Ask.get10(Ask.KEEP_ALIVE, "Via: 1.0 relay"));
                assertThat(client.readResponse().field("Connection")).hasValue("keep-alive");
                client.send(Ask.get10());
                client.readResponse();
                client.expectFin();
            }
        }
    }

    @Test
    void proxyConnectionAloneMeansNothing() throws Exception {
        try (Rig rig = Rig.start(Wire.PLAIN, Rig::hello);
                RawClient client = rig.connect()) {
            client.send(Ask.get("Proxy-Connection: close"));
            assertThat(client.readResponse().field("Connection")).isEmpty();
            client.send(Ask.get(Ask.CLOSE));
            client.readResponse();
            client.expectFin();
        }
    }
}
