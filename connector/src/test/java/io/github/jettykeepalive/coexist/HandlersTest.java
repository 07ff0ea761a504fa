package io.github.jettykeepalive.coexist;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.InBackground;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.StatisticsHandler;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers that count, delay or rewrite requests. */
class HandlersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static <T extends Handler.Wrapper> T around(T handler, Request.Handler inner) {
        handler.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                return inner.handle(request, response, callback);
            }
        });
        return handler;
    }

    @ParameterizedTest
    @EnumSource
    void statisticsHandlerCounts(Http http) throws Exception {
        StatisticsHandler statistics = around(new StatisticsHandler(), HandlersTest::okOrNotFound);
        try (TestServer server = http.server().start(statistics);
                RawClient client = RawClient.connect(server.port())) {
            Ask.answer(client);
            Ask.answer(client, "Missing: 1");
            Ask.answer(client, "Connection: close");
            client.expectFin();

            Eventually.await(PATIENCE, "no request is left", statistics::getRequestsActive, active -> active == 0);
            assertThat(statistics.getRequestTotal()).isEqualTo(3);
            assertThat(statistics.getResponses2xx()).isEqualTo(2);
            assertThat(statistics.getResponses4xx()).isEqualTo(1);
        }
    }

    private static boolean okOrNotFound(Request request, Response response, Callback callback) {
        response.setStatus(request.getHeaders().contains("Missing") ? 404 : 200);
        Content.Sink.write(response, true, "hello", callback);
        return true;
    }

    @ParameterizedTest
    @EnumSource
    void gracefulHandlerLetsARequestFinish(Http http) throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        GracefulHandler graceful = around(new GracefulHandler(), (request, response, callback) -> {
            arrived.countDown();
            released.await();
            return Ask.hello(request, response, callback);
        });
        try (TestServer server = http.server()
                        .configure(s -> s.setStopTimeout(PATIENCE.toMillis()))
                        .start(graceful);
                RawClient client = RawClient.connect(server.port())) {
            client.send(Ask.get());
            assertThat(arrived.await(30, SECONDS)).isTrue();
            CompletableFuture<Void> stopping = InBackground.run(() -> stop(server));
            Eventually.await(PATIENCE, "the handler is shut down", graceful::isShutdown);
            released.countDown();

            RawResponse response = client.readResponse();
            assertThat(response.body()).isEqualTo("hello");
            assertThat(response.field("Connection")).contains("close");
            client.expectFin();
            stopping.get(30, SECONDS);
        }
    }

    private static void stop(TestServer server) {
        try {
            server.server().stop();
        } catch (Exception x) {
            throw new IllegalStateException(x);
        }
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("removal") // Jetty 12.0 has no other
    void gzipHandlerInflatesAndDeflates(Http http) throws Exception {
        var gzip = new org.eclipse.jetty.server.handler.gzip.GzipHandler();
        gzip.setInflateBufferSize(4096);
        gzip.addIncludedMethods("POST");
        String text = "hello ".repeat(1000);
        try (TestServer server = http.server().start(around(gzip, HandlersTest::echo));
                RawClient client = RawClient.connect(server.port())) {
            for (String option : List.of("keep-alive", "close")) {
                byte[] body = gzip(text);
                client.send(
                                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nAccept-Encoding: gzip\r\n"
                                        + "Content-Encoding: gzip\r\nConnection: " + option + "\r\nContent-Length: "
                                        + body.length + "\r\n\r\n")
                        .send(body);
                RawResponse response = client.readResponse();
                assertThat(response.field("Content-Encoding")).contains("gzip");
                assertThat(gunzip(response.body())).isEqualTo(text);
            }
            // Jetty 12.0 loses a buffer if it is stopped right behind the last byte.
            client.expectFin();
            client.close();
            server.awaitNoConnections();
        }
    }

    private static boolean echo(Request request, Response response, Callback callback) throws Exception {
        response.getHeaders().put("Content-Type", "text/plain");
        Content.Sink.write(response, true, Content.Source.asString(request), callback);
        return true;
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return bytes.toByteArray();
    }

    private static String gunzip(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new String(
                new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes(), StandardCharsets.ISO_8859_1);
    }
}
