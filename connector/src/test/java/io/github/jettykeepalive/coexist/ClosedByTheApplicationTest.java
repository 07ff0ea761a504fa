package io.github.jettykeepalive.coexist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An application closes the connection, or its output, behind a response that keeps it. */
class ClosedByTheApplicationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String UPLOAD = "POST /1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n\r\ncontent";
    private static final String READ_ALREADY = "POST /2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n\r\n";

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private enum Closing {
        OUTPUT(EndPoint::shutdownOutput),
        CONNECTION(EndPoint::close);

        private final Consumer<EndPoint> close;

        Closing(Consumer<EndPoint> close) {
            this.close = close;
        }
    }

    private static Stream<Arguments> closings() {
        return Stream.of(Http.values())
                .flatMap(http -> Stream.of(Closing.values()).map(closing -> arguments(http, closing)));
    }

    /** Jetty has read it, so the application gets it, can read what has come of its content, and finds that nobody hears the answer. */
    @ParameterizedTest
    @MethodSource("closings")
    void requestThatWasReadAlreadyIsHandledAndNotAnswered(Http http, Closing closing) throws Exception {
        try (TestServer server = http.server()
                        .configure(stock -> stock.setRequestLog((request, response) ->
                                seen.add(Request.getPathInContext(request) + " " + response.getStatus())))
                        .start((request, response, callback) -> {
                            seen.add(Request.getPathInContext(request));
                            Content.copy(
                                    request,
                                    response,
                                    Callback.from(
                                            () -> {
                                                EndPoint endPoint = request.getConnectionMetaData()
                                                        .getConnection()
                                                        .getEndPoint();
                                                closing.close.accept(endPoint);
                                                callback.succeeded();
                                            },
                                            callback::failed));
                            return true;
                        });
                RawClient client = RawClient.connect(server.port())) {
            client.send(UPLOAD + READ_ALREADY + "content");
            assertThat(client.readToEof().text()).contains("content").containsOnlyOnce("HTTP/1.1");
            client.halfClose();

            List<String> expected = List.of("/1", "/1 200", "/2", "/2 200");
            Eventually.await(PATIENCE, "it is " + expected, () -> seen, expected::equals);
            server.awaitNoConnections();
        }
    }
}
