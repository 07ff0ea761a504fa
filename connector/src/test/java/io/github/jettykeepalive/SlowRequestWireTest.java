package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is on its way, however slowly, is not cut by the end of the wait for it. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class SlowRequestWireTest {
    /** Long enough for a client to be back in time on a slow machine. */
    private static final long SHORT = 500;

    @Parameter
    private Wire wire;

    private static void settings(KeepAliveConnectionFactory factory) {
        factory.setKeepAliveTimeout(SHORT);
        factory.setAdvertiseMargin(0);
    }

    /** Begins something, and returns when a neighbour that did nothing since has been idle too long. */
    private static void outlast(Rig rig, RawClient client, String begun) throws IOException {
        client.send(begun).awaitRead();
        try (var neighbour = rig.connect()) {
            neighbour.send(get()).readResponse();
            neighbour.expectFin();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "G|ET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost:| a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n|12345",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n123|45",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123|45\r\n0\r\n\r\n",
            })
    void slowRequestIsNotCut(String request) throws Exception {
        String[] parts = request.split("\\|", 2);
        try (var rig = Rig.start(wire, SlowRequestWireTest::settings, CoreReply.READ_ALL);
                var client = rig.connect()) {
            client.send(get()).readResponse();
            outlast(rig, client, parts[0]);

            assertThat(client.send(parts[1]).readResponse().body()).isEqualTo("hello");
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.IDLE, CloseReason.IDLE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "GET / HTTP/1.1\r\nHost: localhost\r\n"})
    void partOfAPipelinedHeaderIsNotCut(String begun) throws Exception {
        try (var rig = Rig.start(wire, SlowRequestWireTest::settings, CoreReply.READ_ALL);
                var client = rig.connect()) {
            outlast(rig, client, get() + begun);
            client.readResponse();

            assertThat(client.send(get().substring(begun.length()))
                            .readResponse()
                            .body())
                    .isEqualTo("hello");
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.IDLE, CloseReason.IDLE);
        }
    }

    /** An empty line after a request begins nothing (RFC 9112 section 2.2). */
    @Test
    void emptyLineIsNoRequest() throws Exception {
        try (var rig = Rig.start(wire, SlowRequestWireTest::settings, CoreReply.READ_ALL);
                var client = rig.connect()) {
            client.send(get() + "\r\n").readResponse();
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.IDLE);
        }
    }
}
