package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.CLOSE;
import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static io.github.jettykeepalive.Ask.get;
import static io.github.jettykeepalive.Ask.get10;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.LogCapture;
import io.github.jettykeepalive.testing.RawClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every reason there is happens on a real socket, and is counted: one connection, one reason. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class CloseReasonsTest {
    @Parameter
    private Wire wire;

    private RawClient another;

    @AfterEach
    void leave() throws IOException {
        if (another != null) {
            another.close();
        }
    }

    /** A way to end a connection. */
    @FunctionalInterface
    private interface Scene {
        void play(Rig rig, RawClient client) throws Exception;
    }

    private static boolean serve(Request request, Response response, Callback callback) throws Exception {
        switch (Request.getPathInContext(request)) {
            case "/close" -> response.getHeaders().put(HttpHeader.CONNECTION, "close");
            case "/refuse" -> {
                return Rig.refuse(request, response, callback);
            }
            case "/abort" -> {
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 10);
                response.write(
                        false,
                        BufferUtil.toBuffer("part"),
                        Callback.from(
                                () -> callback.failed(new QuietException.Exception("on purpose")), callback::failed));
                return true;
            }
            case "/unframed" -> {
                response.write(
                        false,
                        BufferUtil.toBuffer("part"),
                        Callback.from(() -> response.write(true, BufferUtil.EMPTY_BUFFER, callback), callback::failed));
                return true;
            }
            case "/upgrade" -> {
                return upgrade(request, response, callback);
            }
            default -> {}
        }
        return Rig.hello(request, response, callback);
    }

    private static boolean upgrade(Request request, Response response, Callback callback) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, new EchoOnce(endPoint));
        response.setStatus(101);
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.UPGRADE, "echo");
        headers.put(HttpHeader.CONNECTION, "Upgrade");
        callback.succeeded();
        return true;
    }

    /** Another protocol: says again what it hears, once, and closes. */
    private static final class EchoOnce extends AbstractConnection {
        private EchoOnce(EndPoint endPoint) {
            super(endPoint, Runnable::run);
        }

        @Override
        public void onOpen() {
            super.onOpen();
            fillInterested();
        }

        @Override
        public void onFillable() {
            try {
                ByteBuffer bytes = BufferUtil.allocate(100);
                if (getEndPoint().fill(bytes) == 0) {
                    fillInterested();
                    return;
                }
                getEndPoint().write(Callback.from(this::close), bytes);
            } catch (IOException x) {
                close();
            }
        }
    }

    private static Consumer<KeepAliveConnectionFactory> settings(CloseReason reason) {
        return factory -> {
            switch (reason) {
                case MAX_REQUESTS -> factory.setMaxRequests(1);
                case MAX_AGE -> {
                    factory.setMaxAge(1);
                    factory.setMaxAgeJitter(0);
                }
                case IDLE -> {
                    factory.setKeepAliveTimeout(100);
                    factory.setAdvertiseMargin(0);
                }
                case HEADER_TIMEOUT -> factory.setRequestHeaderTimeout(100);
                case STATUS -> factory.setCloseOnStatus("413");
                case CLIENT_RULE -> factory.addClientRule("Old", "NO_KEEP_ALIVE");
                case CLIENT_LIMIT -> factory.setMaxConnectionsPerClient(1);
                case SHED -> factory.setMaxConnections(1);
                case LINGER_EXPIRED -> factory.setLingerIdleTimeout(100);
                default -> {}
            }
        };
    }

    /** A request, its response, our FIN, the client's. */
    private static Scene ask(String request) {
        return (rig, client) -> {
            client.send(request).readResponse();
            client.readToEof();
            client.halfClose();
        };
    }

    private Scene scene(CloseReason reason) {
        return switch (reason) {
            case CLIENT -> ask(get(CLOSE));
            case APPLICATION -> ask(Ask.request("GET /close HTTP/1.1"));
            case HTTP_1_0 -> ask(get10());
            case UNFRAMED -> ask(Ask.request("GET /unframed HTTP/1.0", KEEP_ALIVE));
            case BODY_LEFT -> ask(Ask.request("POST /refuse HTTP/1.1", "Content-Length: 10"));
            case MAX_REQUESTS, IDLE -> ask(get());
            case MAX_AGE ->
                (rig, client) -> {
                    TimeoutsTest.pass(5);
                    ask(get()).play(rig, client);
                };
            case HEADER_TIMEOUT -> ask("GET / HT");
            case STATUS -> ask(Ask.request("GET /refuse HTTP/1.1"));
            case CLIENT_RULE -> ask(get("User-Agent: Old/1.0"));
            case PROTOCOL_ERROR -> ask("no request\r\n\r\n");
            case CLIENT_LIMIT ->
                (rig, client) -> {
                    client.send("GET / HT");
                    Eventually.await(
                            Rig.PATIENCE, "it is busy", () -> rig.ledger().count(Phase.READING) == 1);
                    another = rig.connect();
                    assertThat(another.readResponse().status()).isEqualTo(503);
                    another.expectFin();
                    another.halfClose();
                };
            case SHED ->
                (rig, client) -> {
                    client.send(get()).readResponse();
                    Eventually.await(
                            Rig.PATIENCE, "it is idle", () -> rig.ledger().getIdle() == 1);
                    another = rig.connect();
                    client.expectFin();
                    client.halfClose();
                };
            case DRAIN ->
                (rig, client) -> {
                    client.send(get()).readResponse();
                    rig.factory().drain(0);
                    client.expectFin();
                    client.halfClose();
                };
            case ABORT ->
                (rig, client) -> {
                    assertThat(client.send(Ask.request("GET /abort HTTP/1.1"))
                                    .readResponse()
                                    .complete())
                            .isFalse();
                    client.close();
                };
            case UPGRADE ->
                (rig, client) -> {
                    client.send(Ask.request("GET /upgrade HTTP/1.1", "Upgrade: echo", "Connection: Upgrade"));
                    assertThat(client.readResponse().status()).isEqualTo(101);
                    assertThat(client.send("frame").read(5)).isEqualTo("frame");
                    client.readToEof();
                    client.halfClose();
                };
            case PEER_GONE ->
                (rig, client) -> {
                    client.send(get()).readResponse();
                    client.close();
                };
            case LINGER_EXPIRED ->
                (rig, client) -> {
                    client.send(get(CLOSE)).readResponse();
                    client.expectFin();
                    Eventually.await(Rig.PATIENCE, "it is given up", rig.ledger()::getOpen, open -> open == 0);
                };
        };
    }

    @ParameterizedTest
    @EnumSource
    void reasonIsCounted(CloseReason reason) throws Exception {
        try (var rig = Rig.start(wire, settings(reason), CloseReasonsTest::serve);
                var log = LogCapture.of("io.github.jettykeepalive.enforce");
                var client = rig.connect()) {
            scene(reason).play(rig, client);
            Eventually.await(Rig.PATIENCE, "it is counted", () -> rig.ledger().getCloses(reason), count -> count == 1);

            assertThat(rig.closes()).isEqualTo(Map.of(reason, 1L));
            assertThat(rig.ledger().getClosesByReason()).isEqualTo(Map.of(reason.key(), 1L));
            assertThat(log.events()).hasSize(reason == CloseReason.CLIENT_LIMIT || reason == CloseReason.SHED ? 1 : 0);
        }
    }
}
