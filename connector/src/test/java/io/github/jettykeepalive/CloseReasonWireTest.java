package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.CLOSE;
import static io.github.jettykeepalive.Ask.get;
import static io.github.jettykeepalive.Ask.get10;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every connection is closed once and for one reason, also where nobody says why. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class CloseReasonWireTest {
    @Parameter
    private Wire wire;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/4.0\r\n\r\n",
                "GET /a b HTTP/1.1\r\n\r\n",
                "\0rubbish\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
            })
    void requestIsNotHttp(String request) throws Exception {
        try (var rig = Rig.start(wire, Rig::hello);
                var client = rig.connect()) {
            RawResponse response = client.send(request).readResponse();
            client.expectFin();
            client.halfClose();

            assertThat(response.status()).isBetween(400, 505);
            assertThat(response.fields("Connection")).containsExactly("close");
            rig.expectCloses(CloseReason.PROTOCOL_ERROR);
        }
    }

    /** How a client goes without having said so. */
    @FunctionalInterface
    private interface Leaving {
        void leave(RawClient client) throws IOException;
    }

    private void expectPeerGone(String request, int responses, Leaving leaving) throws Exception {
        try (var rig = Rig.start(wire, CoreReply.READ_ALL);
                var client = rig.connect()) {
            client.send(request).readResponses(responses);
            leaving.leave(client);
            rig.expectCloses(CloseReason.PEER_GONE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET", "GET / HTTP/1.1\r\nHost: a\r\n"})
    void peerLeavesBeforeItsRequestIsComplete(String begun) throws Exception {
        expectPeerGone(begun, 0, RawClient::halfClose);
        expectPeerGone(begun, 0, RawClient::reset);
        expectPeerGone(get() + begun, 1, RawClient::halfClose);
        expectPeerGone(get() + begun, 1, RawClient::reset);
    }

    @Test
    void peerLeavesWithinItsContent() throws Exception {
        expectPeerGone(Ask.request("POST / HTTP/1.1", "Content-Length: 5") + "123", 0, RawClient::reset);
    }

    @Test
    void peerLeavesWhileTheApplicationIsAtWork() throws Exception {
        var left = new CountDownLatch(1);
        try (var rig = Rig.start(wire, (request, response, callback) -> {
                    left.await();
                    return CoreReply.LARGE.handle(request, response, callback);
                });
                var client = rig.connect()) {
            client.send(get());
            client.reset();
            left.countDown();
            rig.expectCloses(CloseReason.PEER_GONE);
        }
    }

    /** Its bytes come with its predecessor's, so the wait for it never ends by a read. */
    @Test
    void pipelinedRequestIsMalformed() throws Exception {
        try (var rig = Rig.start(wire, Rig::hello);
                var client = rig.connect()) {
            client.send(get() + "GET / HTTP/1.1\r\nBad field\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readResponse().field("Connection")).hasValue("close");
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.PROTOCOL_ERROR);
        }
    }

    @Test
    void serverStops() throws Exception {
        try (var rig = Rig.start(wire, Rig::hello);
                var client = rig.connect();
                var silent = rig.connect()) {
            client.send(get()).readResponse();
            Eventually.await(Rig.PATIENCE, "both are known", rig.ledger()::getOpen, open -> open == 2);
            rig.server().server().stop();
            client.readToEof();
            silent.readToEof();

            rig.expectCloses(Map.of(CloseReason.DRAIN, 2L));
        }
    }

    @Test
    void manyConnectionsAreCountedOneByOne() throws Exception {
        var requests =
                Map.of(CloseReason.CLIENT, get(CLOSE), CloseReason.HTTP_1_0, get10(), CloseReason.PEER_GONE, get());
        try (var rig = Rig.start(wire, Rig::hello)) {
            for (int i = 0; i < 10; i++) {
                for (String request : requests.values()) {
                    try (var client = rig.connect()) {
                        client.send(request).readResponse();
                    }
                }
            }
            rig.expectCloses(Map.of(CloseReason.CLIENT, 10L, CloseReason.HTTP_1_0, 10L, CloseReason.PEER_GONE, 10L));
        }
    }
}
