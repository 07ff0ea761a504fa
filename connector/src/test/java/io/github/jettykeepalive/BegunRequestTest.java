package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.TestKeys;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request has begun with its first byte, whichever way that byte came to Jetty. */
@ParameterizedClass
@EnumSource
class BegunRequestTest {
    private static final long SHORT = 300;
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";

    /** What comes in one piece with the beginning of a header, and before it. */
    private enum Door {
        PROXY(TestServer.Builder::proxyProtocol, "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", 0),
        PROXY_AND_REQUEST(PROXY.surroundings, PROXY.before + get(), 1),
        TLS_OR_NOT(server -> server.connector(Door::detect), "", 0),
        CONTENT(server -> {}, POST + "Content-Length: 3\r\n\r\nabc", 1),
        CONTENT_WITH_LINES(server -> {}, POST + "Content-Length: 4\r\n\r\n\r\n\r\n", 1),
        CHUNKS(server -> {}, POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 1),
        REQUEST(server -> {}, get(), 1);

        private final Consumer<TestServer.Builder> surroundings;
        private final String before;
        private final int responses;

        Door(Consumer<TestServer.Builder> surroundings, String before, int responses) {
            this.surroundings = surroundings;
            this.before = before;
            this.responses = responses;
        }

        private static void detect(ServerConnector connector) {
            var context = TestKeys.serverContext();
            connector.addFirstConnectionFactory(
                    new DetectorConnectionFactory(new SslConnectionFactory(context, "http/1.1")));
        }
    }

    @Parameter
    private Door door;

    /** Answers when it has read the content. */
    private static boolean hello(Request request, Response response, Callback callback) {
        Content.Source.consumeAll(
                request, Callback.from(() -> Rig.hello(request, response, callback), callback::failed));
        return true;
    }

    private Rig rig(Consumer<KeepAliveConnectionFactory> settings) throws Exception {
        return Rig.start(Wire.PLAIN, settings, door.surroundings, BegunRequestTest::hello);
    }

    private RawClient begin(Rig rig, String begun) throws IOException {
        RawClient client = rig.connect().send(door.before + begun);
        assertThat(client.readResponses(door.responses))
                .extracting(RawResponse::status)
                .allMatch(status -> status == 200);
        return client;
    }

    /** The server has found out that a request has begun, or that none has. */
    private static void await(Rig rig, Phase phase) {
        Eventually.await(Rig.PATIENCE, "it is " + phase, () -> rig.ledger().count(phase), count -> count == 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GE", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\n", "\r\nGET / HTTP/1.1\r\n"})
    void headerIsTimed(String begun) throws Exception {
        try (var rig = rig(factory -> factory.setRequestHeaderTimeout(SHORT));
                var client = begin(rig, begun)) {
            assertThat(client.readResponse().status()).isEqualTo(408);
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.HEADER_TIMEOUT);
        }
    }

    private static String rest(String begun) {
        return "GET / HTTP/1.1\r\nHost: a\r\n\r\n".substring(begun.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GE", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\n"})
    void drainLetsItBeServed(String begun) throws Exception {
        try (var rig = rig(factory -> {});
                var client = begin(rig, begun)) {
            await(rig, Phase.READING);
            var drained = rig.factory().drain(0);
            RawResponse response = client.send(rest(begun)).readResponse();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.fields("Connection")).containsExactly("close");
            client.expectFin();
            client.halfClose();
            drained.get(30, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GE", "GET / HTTP/1.1\r\n"})
    void itMakesRoomForNobody(String begun) throws Exception {
        try (var rig = rig(factory -> factory.setMaxConnections(1));
                var client = begin(rig, begun)) {
            await(rig, Phase.READING);
            try (var other = begin(rig, get())) {
                assertThat(other.readResponse().status()).isEqualTo(200);
            }
            assertThat(client.send(rest(begun)).readResponse().status()).isEqualTo(200);
            rig.awaitWarning("maxConnections reached");
        }
    }

    /** RFC 9112 section 2.2: they are no part of a request, and are not timed. */
    @ParameterizedTest
    @ValueSource(strings = {"\n\n", "\r\n", "\r\n\r\n", "\r\n\r"})
    void emptyLinesBeginNothing(String lines) throws Exception {
        try (var rig = rig(factory -> factory.setRequestHeaderTimeout(SHORT));
                var client = begin(rig, lines)) {
            await(rig, door.responses == 0 ? Phase.NEW : Phase.IDLE);
            try (var neighbour = begin(rig, "GET")) {
                assertThat(neighbour.readResponse().status()).isEqualTo(408);
            }
            String rest = lines.endsWith("\r") ? "\n" : "";
            assertThat(client.send(rest + get()).readResponse().status()).isEqualTo(200);
        }
    }
}
