package io.github.jettykeepalive.coexist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Jetty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An exchange that ends without a final response, or with one that only the application knows of: the next is as any. */
class NoFinalResponseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long IDLE = 400;

    /** The application's own way to end an exchange. */
    enum Ending implements Request.Handler {
        CONTINUE(100),
        PROCESSING(102),
        EARLY_HINTS(103),
        UNKNOWN(150),
        LAST_UNKNOWN(199),
        EARLY_HINTS_WITH_CONTENT(103) {
            @Override
            void complete(Request request, Response response, Callback callback) {
                Content.Sink.write(response, true, "content", callback);
            }
        },
        WRITTEN_TO_THE_END_POINT(200) {
            @Override
            void complete(Request request, Response response, Callback callback) {
                request.addHttpStreamWrapper(stream -> new Past(stream, request));
                callback.succeeded();
            }
        };

        private final int status;

        Ending(int status) {
            this.status = status;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (request.getHeaders().contains("X-Final")) {
                return Ask.hello(request, response, callback);
            }
            response.setStatus(status);
            complete(request, response, callback);
            return true;
        }

        void complete(Request request, Response response, Callback callback) {
            callback.succeeded();
        }
    }

    /** Hands nothing on: the response goes to the end point. */
    private static final class Past extends HttpStream.Wrapper {
        private final Request request;

        Past(HttpStream stream, Request request) {
            super(stream);
            this.request = request;
        }

        @Override
        public void send(
                MetaData.Request asked,
                MetaData.Response response,
                boolean last,
                ByteBuffer content,
                Callback callback) {
            request.getConnectionMetaData()
                    .getConnection()
                    .getEndPoint()
                    .write(callback, BufferUtil.toBuffer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        }
    }

    private static Stream<Arguments> endings() {
        return Stream.of(Http.values())
                .flatMap(http -> Stream.of(Ending.values()).map(ending -> arguments(http, ending)));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void nextRequestsAreServed(Http http, Ending ending) throws Exception {
        boolean interim = HttpStatus.isInterim(ending.status);
        assumeFalse(interim && Jetty.VERSION.startsWith("12.0."), "there the connection closes");
        try (TestServer server = http.server().start(ending);
                RawClient client = RawClient.connect(server.port())) {
            for (int i = 0; i < 2; i++) {
                assertThat(Ask.answer(client).status()).isEqualTo(ending.status);
                assertThat(Ask.answer(client, "X-Final: yes").body()).isEqualTo("hello");
            }
            client.send(Ask.get() + Ask.get("X-Final: yes"));
            assertThat(client.readResponse().status()).isEqualTo(ending.status);
            assertThat(client.readResponse().body()).isEqualTo("hello");
        }
    }

    /** Jetty reads no request behind this one, and waits for the client to close. */
    @ParameterizedTest
    @EnumSource
    void connectionThatIsNotKeptWaitsForTheClient(Http http) throws Exception {
        try (TestServer server = http.server().start(Ending.EARLY_HINTS);
                RawClient client = RawClient.connect(server.port())) {
            assertThat(Ask.answer(client, "Connection: close").status()).isEqualTo(103);
            assertThat(client.isOpen()).isTrue();
            client.send(Ask.get("X-Final: yes"));
            assertThat(client.readToEof().text()).isEmpty();
        }
    }

    private static TestServer.Builder ours(long keepAliveTimeout) {
        return TestServer.with(configuration -> {
            var factory = new KeepAliveConnectionFactory(configuration);
            factory.setKeepAliveTimeout(keepAliveTimeout);
            factory.setAdvertiseMargin(0);
            return factory;
        });
    }

    @ParameterizedTest
    @EnumSource
    void waitBehindItIsAsLongAsAny(Ending ending) throws Exception {
        try (TestServer server = ours(IDLE).start(ending);
                RawClient client = RawClient.connect(server.port())) {
            long start = System.nanoTime();
            Ask.answer(client);
            client.expectFin();
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isGreaterThan(IDLE / 2);
            client.halfClose();
            server.awaitNoConnections();

            var ledger = server.factory(KeepAliveConnectionFactory.class).getLedger();
            Eventually.await(PATIENCE, "it is closed", ledger::getOpen, open -> open == 0);
            assertThat(ledger.getClosesByReason()).containsOnlyKeys("idle");
        }
    }

    @Test
    void drainDoesNotWaitForAnotherRequest() throws Exception {
        try (TestServer server = ours(-1).start(Ending.EARLY_HINTS);
                RawClient client = RawClient.connect(server.port())) {
            Ask.answer(client);
            var factory = server.factory(KeepAliveConnectionFactory.class);
            Eventually.await(PATIENCE, "it is idle", () -> factory.getLedger().count(Phase.IDLE) == 1);
            var drained = factory.drain(0);
            client.expectFin();
            client.halfClose();

            drained.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
