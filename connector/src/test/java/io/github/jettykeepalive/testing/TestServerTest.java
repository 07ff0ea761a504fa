package io.github.jettykeepalive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jettykeepalive.testing.RawResponse.Framing;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.Retainable;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kit against stock Jetty, whose manners are known; the last tests show that it sees what the project is about. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TestServerTest {
    private static final int UPLOAD = 20_000_000;

    private static TestServer.Builder stock() {
        return TestServer.with(HttpConnectionFactory::new);
    }

    private static boolean hello(Request request, Response response, Callback callback) {
        Content.Sink.write(response, true, "hello " + request.getHttpURI().getScheme(), callback);
        return true;
    }

    /** Answers at once and reads nothing. */
    private static boolean refuse(Request request, Response response, Callback callback) {
        Response.writeError(request, response, callback, 413);
        return true;
    }

    @Test
    void connectionIsKeptAndClosed() throws Exception {
        try (var server = stock().start(TestServerTest::hello);
                var client = RawClient.connect(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("hello http");
            assertThat(client.isOpen()).isTrue();
            assertThat(server.connections()).isEqualTo(1);

            client.send("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.readHeadResponse().framing()).isEqualTo(Framing.NONE);
            client.expectFin();
            client.close();
            server.awaitNoConnections();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void tlsIsKeptAndClosed(String protocol) throws Exception {
        try (var server = stock().tls(protocol).start(TestServerTest::hello);
                var client = RawClient.connectTls(server.tlsPort(), protocol)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("hello https");
            assertThat(client.isOpen()).isTrue();

            client.sendSplit("GET / HTTP/1.0\r\n\r\n", 3, 10);
            assertThat(client.readResponse().body()).isEqualTo("hello https");
            client.expectFin();
        }
    }

    @Test
    void idleConnectionsGetAFin() throws Exception {
        try (var server = stock().idleTimeout(Duration.ofMillis(50)).start(TestServerTest::hello);
                var client = RawClient.connect(server.port())) {
            client.expectFin();
        }
    }

    @Test
    void proxyProtocolIsSpoken() throws Exception {
        try (var server = stock().proxyProtocol().start((request, response, callback) -> {
                    Content.Sink.write(response, true, Request.getRemoteAddr(request), callback);
                    return true;
                });
                var client = RawClient.connect(server.port())) {
            client.send("PROXY TCP4 10.1.2.3 10.9.9.9 5000 80\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("10.1.2.3");
        }
    }

    @Test
    void threadsAreNamedAndCounted() throws Exception {
        try (var server = stock().name("mine").start((request, response, callback) -> {
                    Content.Sink.write(response, true, Thread.currentThread().getName(), callback);
                    return true;
                });
                var client = RawClient.connect(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().body()).startsWith("mine-");
            assertThat(server.threads()).isPositive();
        }
    }

    @Test
    void leakIsFound() throws Exception {
        var server = stock().start(TestServerTest::hello);
        var pool = server.server().getByteBufferPool();
        // Its result has another type on Jetty 12.0, so what is compiled against one does not link against the other.
        var acquire = ByteBufferPool.class.getMethod("acquire", int.class, boolean.class);
        var leaked = (Retainable) acquire.invoke(pool, 100, false);

        assertThatThrownBy(() -> server.close(Duration.ofMillis(100)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("leakIsFound");
        leaked.release();
        server.close();
    }

    @Test
    void failedResponseWithoutLastChunkShows() throws Exception {
        try (var log = LogCapture.of("org.eclipse.jetty");
                var server = stock().start((request, response, callback) -> {
                    response.write(false, ByteBuffer.wrap(new byte[10]), Callback.from(() -> {
                        callback.failed(new IllegalStateException("half way"));
                    }));
                    return true;
                });
                var client = RawClient.connect(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            RawResponse response = client.readResponse();

            assertThat(response.framing()).isEqualTo(Framing.CHUNKED);
            assertThat(response.complete()).isFalse();
            assertThat(log.events()).isNotNull();
        }
    }

    /** The defect: an early answer is followed by a reset as soon as more of the body comes. */
    @ParameterizedTest
    @CsvSource({"HTTP/1.1, false", "HTTP/1.1, true", "HTTP/1.0, false"})
    void stockResetsAnEarlyAnswer(String version, boolean chunked) throws Exception {
        try (var server = stock().start(TestServerTest::refuse);
                var client = RawClient.connect(server.port())) {
            Sent sent = client.upload(UPLOAD, chunked, version);

            assertThat(sent.complete()).isFalse();
            client.expectReset();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void stockResetsAnEarlyAnswerOverTls(String protocol) throws Exception {
        try (var server = stock().tls(protocol).start(TestServerTest::refuse);
                var client = RawClient.connectTls(server.tlsPort(), protocol)) {
            Sent sent = client.upload(UPLOAD, false, "HTTP/1.1");

            assertThat(sent.complete()).isFalse();
            client.expectReset();
        }
    }

    @ParameterizedTest
    @EnumSource(RealClient.class)
    void realClientsGetAnAnswerToWhatIsRead(RealClient client) throws Exception {
        assumeTrue(client.available());
        try (var server = stock().tls().start((request, response, callback) -> {
            Content.Source.consumeAll(
                    request, Callback.from(() -> hello(request, response, callback), callback::failed));
            return true;
        })) {
            assertThat(client.upload(server.uri("/"), UPLOAD)).matches(result -> result.answered(200));
            assertThat(client.upload(server.tlsUri("/"), UPLOAD)).matches(result -> result.answered(200));
        }
    }
}
