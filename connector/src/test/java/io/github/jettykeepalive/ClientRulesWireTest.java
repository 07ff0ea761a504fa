package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.RawResponse.Framing;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** Exceptions by User-Agent, as httpd's {@code BrowserMatch} makes them. */
class ClientRulesWireTest {
    @Test
    void clientMayBeRefusedKeepAlive() throws Exception {
        try (Rig rig = start("BadClient/1", "NO_KEEP_ALIVE")) {
            try (RawClient client = rig.connect()) {
                client.send(Ask.get("User-Agent: Some BadClient/1.3", Ask.KEEP_ALIVE));
                RawResponse response = client.readResponse();
                assertThat(response.field("Connection")).hasValue("close");
                assertThat(response.field("Keep-Alive")).isEmpty();
                client.expectFin();
            }
            rig.expectCloses(CloseReason.CLIENT_RULE);
        }
    }

    /** httpd: a proxy that passes on its client's User-Agent is not the client. */
    @Test
    void ruleIsNotForAProxyThatNamesItself() throws Exception {
        try (Rig rig = start("BadClient", "NO_KEEP_ALIVE");
                RawClient client = rig.connect()) {
            client.send(Ask.get("User-Agent: BadClient", "Via: 1.1 proxy"));
            assertThat(client.readResponse().field("Connection")).isEmpty();
            client.send(Ask.get(Ask.CLOSE));
            client.readResponse();
            client.expectFin();
        }
    }

    @Test
    void requestMayBeTakenForHttp10() throws Exception {
        try (Rig rig = start("OldParser", "DOWNGRADE_1_0")) {
            try (RawClient client = rig.connect()) {
                client.send(Ask.request("GET /pieces HTTP/1.1", "User-Agent: OldParser"));
                RawResponse response = client.readResponse();
                assertThat(response.framing()).isEqualTo(Framing.CLOSE);
                assertThat(response.version()).isEqualTo("HTTP/1.1");
                assertThat(response.field("Connection")).hasValue("close");
                assertThat(response.body()).hasSize(20);
            }
            rig.expectCloses(CloseReason.HTTP_1_0);
        }
    }

    @Test
    void requestTakenForHttp10MayAskForKeepAlive() throws Exception {
        try (Rig rig = start("OldParser", "DOWNGRADE_1_0");
                RawClient client = rig.connect()) {
            client.send(Ask.get("User-Agent: OldParser", Ask.KEEP_ALIVE));
            RawResponse response = client.readResponse();
            assertThat(response.field("Connection")).hasValue("keep-alive");
            assertThat(response.field("Keep-Alive")).hasValue("timeout=29, max=999");
            client.send(Ask.get("User-Agent: OldParser"));
            client.readResponse();
            client.expectFin();
        }
    }

    @Test
    void statusLineMayBeForced() throws Exception {
        try (Rig rig = Rig.start(Wire.PLAIN, KeepAliveConnectionFactory::addHttpdClientRules, Rig::hello);
                RawClient client = rig.connect()) {
            client.send(Ask.get("User-Agent: JDK/1.0.2"));
            RawResponse response = client.readResponse();
            assertThat(response.version()).isEqualTo("HTTP/1.0");
            assertThat(response.body()).isEqualTo("hello");
            client.expectFin();
        }
    }

    @Test
    void badPatternStopsTheStart() {
        assertThatThrownBy(() -> start("(", "NO_KEEP_ALIVE"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("clientRules: ( (expected: a regular expression");
    }

    @Test
    void badActionStopsTheStart() {
        assertThatThrownBy(() -> start("x", "KEEP_CALM"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("clientRules: KEEP_CALM (expected: one of NO_KEEP_ALIVE");
    }

    private static Rig start(String userAgent, String actions) throws Exception {
        return Rig.start(Wire.PLAIN, factory -> factory.addClientRule(userAgent, actions), ClientRulesWireTest::handle);
    }

    private static boolean handle(Request request, Response response, Callback callback) {
        if (request.getHttpURI().getPath().equals("/pieces")) {
            response.write(
                    false,
                    ByteBuffer.wrap(new byte[10]),
                    Callback.from(() -> response.write(true, ByteBuffer.wrap(new byte[10]), callback)));
            return true;
        }
        return Rig.hello(request, response, callback);
    }
}
