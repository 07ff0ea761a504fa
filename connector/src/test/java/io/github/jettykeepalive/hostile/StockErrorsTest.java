package io.github.jettykeepalive.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.InBackground;
import io.github.jettykeepalive.testing.LogCapture;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.TestServer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@link Episode} excuses as stock Jetty's is shown here with stock Jetty. Should one of these fail, Jetty has been mended,
 * and the excuse can go.
 */
class StockErrorsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String OTHERS = "Jetty 12.0 has errors of its own here, see Episode";
    private static final String FIRST = "GET /first HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String FAILS = "POST /fails HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String SUCCEEDS = "GET /succeeds HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String THIRD = "GET /third HTTP/1.1\r\nHost: a\r\n\r\n";

    private final CountDownLatch goOn = new CountDownLatch(1);

    /**
     * All exchanges of a connection queue in one {@code SerializedInvoker}. While the first one's last callback, on a thread of
     * the application's, still leaves it, the second fails in its handler: its error is written, but the callback of that has to
     * wait, so the return from the handler completes the exchange, and the callback does so again.
     *
     * @param content well formed or not: the exchange is over then, or given up
     */
    @ParameterizedTest
    @CsvSource({"'0\r\n\r\n', channel already completed", "'x\r\n\r\n', completeLastWrite"})
    void failedExchangeIsCompletedTwice(String content, String complaint) throws Exception {
        assumeFalse(Episode.JETTY_12_0, OTHERS);
        try (var log = LogCapture.of("org.eclipse.jetty");
                var server = TestServer.with(HttpConnectionFactory::new).start(this::serve);
                var client = RawClient.connect(server.port())) {
            client.send(FIRST + FAILS + content);
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readResponse().status()).isEqualTo(500);
            awaitLogged(log, complaint, Episode.COMPLETED_TWICE);
        }
    }

    /** The same, but the second succeeds, and its late callback is taken for that of a third, which fails for it. */
    @Test
    void lateCallbackIsTakenForThatOfTheNextExchange() throws Exception {
        assumeFalse(Episode.JETTY_12_0, OTHERS);
        try (var log = LogCapture.of("org.eclipse.jetty");
                var server = TestServer.with(HttpConnectionFactory::new).start(this::serve);
                var client = RawClient.connect(server.port())) {
            client.send(FIRST + SUCCEEDS + THIRD);
            assertThat(client.readResponses(3)).extracting(RawResponse::status).containsExactly(200, 200, 500);
            awaitLogged(log, Episode.COMPLETED_EARLY);
        }
    }

    private static void awaitLogged(LogCapture log, String... complaint) {
        Eventually.await(
                PATIENCE,
                "it is logged",
                log::events,
                events -> events.stream()
                        .map(LogCapture.Event::text)
                        .anyMatch(text -> Stream.of(complaint).allMatch(text::contains)));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the client sees whether it was done
    private boolean serve(Request request, Response response, Callback callback) {
        switch (Request.getPathInContext(request)) {
            case "/first" -> {
                request.addHttpStreamWrapper(stream -> new Completed(stream, () -> await(goOn)));
                InBackground.run(() -> {
                    awaitHandled(request);
                    callback.succeeded();
                });
            }
            case "/third" ->
                InBackground.run(() -> {
                    awaitHandled(request);
                    goOn.countDown();
                    callback.failed(Eventually.await(PATIENCE, "it is told so", request::read, Content.Chunk::isFailure)
                            .getFailure());
                });
            case "/fails" -> {
                request.addHttpStreamWrapper(stream -> new Completed(stream, goOn::countDown));
                callback.failed(new Witness.Expected());
            }
            default -> callback.succeeded();
        }
        return true;
    }

    private static void awaitHandled(Request request) {
        String handled = "handled=true";
        Eventually.await(PATIENCE, handled, request.getComponents()::toString, channel -> channel.contains(handled));
    }

    @Test
    void secondHostIsLogged() throws Exception {
        try (var log = LogCapture.of("org.eclipse.jetty");
                var server = TestServer.with(HttpConnectionFactory::new).start(this::serve);
                var client = RawClient.connect(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").readResponse();
            assertThat(log.events()).anyMatch(event -> event.text().contains(Episode.SECOND_HOST));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException x) {
            throw new AssertionError(x);
        }
    }

    /** Does something when an exchange was completed, on the thread that did. */
    private static final class Completed extends HttpStream.Wrapper {
        private final Runnable then;

        Completed(HttpStream stream, Runnable then) {
            super(stream);
            this.then = then;
        }

        @Override
        public void succeeded() {
            super.succeeded();
            then.run();
        }

        @Override
        public void failed(Throwable failure) {
            super.failed(failure);
            then.run();
        }
    }
}
