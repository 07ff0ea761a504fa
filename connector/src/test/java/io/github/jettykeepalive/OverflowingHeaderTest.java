package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.CLOSE;
import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.TestServer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A response whose header does not fit into the buffer that Jetty tries first. Jetty generates such a header a second time, and
 * before 12.1.14 it has forgotten by then whether the connection persists (Jetty #15840).
 */
class OverflowingHeaderTest {
    /** {@code responseHeaderSize} and {@code maxResponseHeaderSize}: Jetty's default of the latter differs from 12.0 to 12.1. */
    private static final int FIRST_BUFFER = 4096;

    private static final int LIMIT = 16_384;

    /** Whoever takes a piece of content for a header shows by this. */
    private static final String BODY = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n";

    private static final String PROBE = Ask.request("GET /probe HTTP/1.1", CLOSE);

    /** A request, and what must become of the connection behind its response. */
    private enum Exchange {
        KEPT("GET /large HTTP/1.1", "", null, KEEP_ALIVE),
        CLIENT("GET /large HTTP/1.1", "", CloseReason.CLIENT, CLOSE),
        EXPECT_UNREAD("POST /large HTTP/1.1", "", CloseReason.BODY_LEFT, "Content-Length: 5", "Expect: 100-continue"),
        BODY_LEFT("POST /large HTTP/1.1", "123", CloseReason.BODY_LEFT, "Content-Length: 5"),
        MAX_REQUESTS("GET /large HTTP/1.1", "", CloseReason.MAX_REQUESTS) {
            @Override
            void configure(KeepAliveConnectionFactory factory) {
                factory.setMaxRequests(1);
            }
        },
        DRAIN("GET /large HTTP/1.1", "", CloseReason.DRAIN) {
            @Override
            void respond(Request request, Response response) {
                factory(request).drain(0);
            }
        },
        APPLICATION("GET /large HTTP/1.1", "", CloseReason.APPLICATION) {
            @Override
            void respond(Request request, Response response) {
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
            }
        },
        HTTP_1_0("GET /large HTTP/1.0", "", CloseReason.HTTP_1_0),
        HTTP_1_0_KEPT("GET /large HTTP/1.0", "", null, KEEP_ALIVE),
        HTTP_1_0_MAX_REQUESTS("GET /large HTTP/1.0", "", CloseReason.MAX_REQUESTS, KEEP_ALIVE) {
            @Override
            void configure(KeepAliveConnectionFactory factory) {
                factory.setMaxRequests(1);
            }
        },
        TAKEN_FOR_HTTP_1_0("GET /large HTTP/1.1", "", null, KEEP_ALIVE, "User-Agent: OldParser") {
            @Override
            void configure(KeepAliveConnectionFactory factory) {
                factory.addClientRule("OldParser", "DOWNGRADE_1_0");
            }

            @Override
            boolean isFramedAsHttp10() {
                return true;
            }
        },
        /** An expectation of HTTP/1.0 is ignored, though Jetty generates a 100, which nobody sees. */
        HTTP_1_0_EXPECT(
                "POST /large HTTP/1.0", "12345", CloseReason.HTTP_1_0, "Content-Length: 5", "Expect: 100-continue");

        private final String request;
        private final @Nullable CloseReason reason;

        Exchange(String line, String content, @Nullable CloseReason reason, String... fields) {
            request = Ask.request(line, fields) + content;
            this.reason = reason;
        }

        boolean isHttp10() {
            return request.contains(" HTTP/1.0\r\n");
        }

        boolean isFramedAsHttp10() {
            return isHttp10();
        }

        /** The version that the client sees. */
        String version() {
            return isHttp10() ? "HTTP/1.0" : "HTTP/1.1";
        }

        void configure(KeepAliveConnectionFactory factory) {}

        /** What the application does before it responds. */
        void respond(Request request, Response response) {}
    }

    private static KeepAliveConnectionFactory factory(Request request) {
        return request.getConnectionMetaData().getConnector().getConnectionFactory(KeepAliveConnectionFactory.class);
    }

    /** How the application writes the response. */
    private enum Shape {
        WHOLE {
            @Override
            void write(Response response, Callback callback) {
                Content.Sink.write(response, true, BODY, callback);
            }
        },
        PIECES_OF_KNOWN_LENGTH {
            @Override
            void write(Response response, Callback callback) {
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, BODY.length());
                PIECES.write(response, callback);
            }
        },
        PIECES {
            @Override
            void write(Response response, Callback callback) {
                response.write(
                        false,
                        null,
                        Callback.from(() -> Content.Sink.write(response, true, BODY, callback), callback::failed));
            }
        };

        abstract void write(Response response, Callback callback);
    }

    private record Row(Wire wire, Exchange exchange, Shape shape) {
        /** Why the connection closes, null if it is kept. */
        @Nullable
        CloseReason reason() {
            boolean unframed = exchange.isFramedAsHttp10() && shape == Shape.PIECES;
            return unframed && exchange != Exchange.HTTP_1_0 && exchange != Exchange.HTTP_1_0_EXPECT
                    ? CloseReason.UNFRAMED
                    : exchange.reason;
        }
    }

    static List<Row> rows() {
        var rows = new ArrayList<Row>();
        for (Wire wire : List.of(Wire.PLAIN, Wire.TLS_1_3)) {
            for (Exchange exchange : Exchange.values()) {
                for (Shape shape : Shape.values()) {
                    rows.add(new Row(wire, exchange, shape));
                }
            }
        }
        // Its header goes out while the content may yet be read: it says that the connection is kept.
        rows.removeIf(row -> row.exchange == Exchange.BODY_LEFT && row.shape != Shape.WHOLE);
        return rows;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void responseSaysWhatBecomesOfTheConnection(Row row) throws Exception {
        var header = new LargeField(FIRST_BUFFER + 100);
        try (Rig rig = start(row.wire, row.exchange::configure, respond(row, header));
                RawClient client = rig.connect()) {
            RawResponse response = client.send(row.exchange.request).readResponse();

            assertThat(header.generations).as("times generated").hasValue(2);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(row.exchange.version());
            assertThat(response.body()).isEqualTo(BODY);
            assertThat(response.complete()).isTrue();
            assertEnd(client, response, row.reason() == null);
            rig.expectCloses(row.reason() == null ? CloseReason.CLIENT : row.reason());
        }
    }

    /** One field says it, and it is true; what was done to the header is not done to the next one. */
    private static void assertEnd(RawClient client, RawResponse response, boolean kept) throws Exception {
        assertThat(response.fields("Connection")).containsExactly(kept ? "keep-alive" : "close");
        assertThat(response.fields("Keep-Alive")).hasSize(kept ? 1 : 0);
        if (kept) {
            RawResponse probed = client.send(PROBE).readResponse();
            assertThat(probed.version()).isEqualTo("HTTP/1.1");
            assertThat(probed.body()).isEqualTo("probed");
        }
        client.expectFin();
        client.halfClose();
    }

    private static Request.Handler respond(Row row, LargeField header) {
        return (request, response, callback) -> {
            if (isProbe(request, response, callback)) {
                return true;
            }
            row.exchange.respond(request, response);
            response.getHeaders().add(header);
            row.shape.write(response, callback);
            return true;
        };
    }

    private static boolean isProbe(Request request, Response response, Callback callback) {
        boolean probe = Request.getPathInContext(request).equals("/probe");
        if (probe) {
            Content.Sink.write(response, true, "probed", callback);
        }
        return probe;
    }

    /** What does not fit is answered 500, and the connection does what either says. */
    @ParameterizedTest
    @EnumSource(names = {"KEPT", "CLIENT", "EXPECT_UNREAD", "MAX_REQUESTS", "HTTP_1_0", "HTTP_1_0_KEPT"})
    void headerAtTheLimitIsSentWholeOrAnswered500(Exchange exchange) throws Exception {
        assumeFalse(
                Rig.JETTY_12_0 && exchange.reason == null,
                "there the connection ends behind a whole 500 that says it is kept");
        var header = new AtomicReference<LargeField>();
        var statuses = new ArrayList<Integer>();
        try (Rig rig = start(Wire.PLAIN, exchange::configure, (request, response, callback) -> {
            if (!isProbe(request, response, callback)) {
                response.getHeaders().add(header.get());
                Content.Sink.write(response, true, BODY, callback);
            }
            return true;
        })) {
            for (int length = LIMIT - 400; length <= LIMIT; length += 5) {
                header.set(new LargeField(length));
                try (RawClient client = rig.connect()) {
                    RawResponse response = client.send(exchange.request).readResponse();
                    statuses.add(response.status());

                    assertThat(header.get().generations).as("times generated").hasValue(2);
                    assertThat(response.version()).isEqualTo(exchange.version());
                    assertThat(response.complete()).isTrue();
                    assertThat(response.fields("X-Large")).hasSize(response.status() == 200 ? 1 : 0);
                    assertEnd(client, response, exchange.reason == null && isKept(response));
                }
            }
            if (exchange.reason != null) {
                rig.expectCloses(Map.of(exchange.reason, (long) statuses.size()));
            }
        }
        assertThat(statuses).isSorted().startsWith(200).endsWith(500);
    }

    /** Jetty before 12.1.14 has forgotten that an HTTP/1.0 connection persists, and closes it: then the 500 has to say so. */
    private static boolean isKept(RawResponse response) {
        boolean http10 = response.version().equals("HTTP/1.0");
        return response.status() == 200
                || !http10
                || !response.fields("Connection").contains("close");
    }

    /** Between this connector's last word and Jetty's generator, which knows of the shutdown and says close by itself. */
    @ParameterizedTest
    @CsvSource({"PLAIN, 10, 1", "PLAIN, 5000, 2", "TLS_1_3, 10, 1", "TLS_1_3, 5000, 2"})
    void connectorThatShutsDownBehindTheCommitSaysClose(Wire wire, int length, int generations) throws Exception {
        var kept = rows().stream().filter(row -> row.wire == wire && row.reason() == null);
        for (Row row : kept.toList()) {
            var header = new LargeField(length);
            try (Rig rig = start(wire, row.exchange::configure, respond(row, header))) {
                rig.factory().getHttpConfiguration().getCustomizers().add(0, ShutDown.BEFORE_JETTY_SENDS);
                try (RawClient client = rig.connect()) {
                    RawResponse response = client.send(row.exchange.request).readResponse();

                    assertThat(header.generations).as("times generated").hasValue(generations);
                    assertThat(response.body()).isEqualTo(BODY);
                    assertThat(response.complete()).isTrue();
                    assertThat(response.framing()).as("of " + row).isNotEqualTo(RawResponse.Framing.CLOSE);
                    assertEnd(client, response, false);
                    rig.expectCloses(CloseReason.DRAIN);
                }
            }
        }
    }

    /** Its stream is wrapped before this connector's, so it is the next to see what this connector sends. */
    private enum ShutDown implements HttpConfiguration.Customizer {
        BEFORE_JETTY_SENDS;

        @Override
        public Request customize(Request request, HttpFields.Mutable responseHeaders) {
            Connector connector = request.getConnectionMetaData().getConnector();
            request.addHttpStreamWrapper(stream -> new HttpStream.Wrapper(stream) {
                @Override
                public void send(
                        MetaData.Request metaData,
                        MetaData.@Nullable Response response,
                        boolean last,
                        @Nullable ByteBuffer content,
                        Callback callback) {
                    connector.shutdown();
                    super.send(metaData, response, last, content, callback);
                }
            });
            return request;
        }
    }

    /** A 103 does not meet an expectation: Jetty ends the connection as if it had not been sent. */
    @ParameterizedTest
    @CsvSource({"10, 1", "5000, 2"})
    void interimResponseDoesNotHideAnExpectation(int length, int generations) throws Exception {
        for (Shape shape : Shape.values()) {
            var header = new LargeField(length);
            try (Rig rig = start(Wire.PLAIN, factory -> {}, (request, response, callback) -> {
                        response.writeInterim(
                                        HttpStatus.EARLY_HINTS_103,
                                        HttpFields.build().add(header))
                                .thenRun(() -> shape.write(response, callback));
                        return true;
                    });
                    RawClient client = rig.connect()) {
                RawResponse hints = client.send(Exchange.EXPECT_UNREAD.request).readResponse();
                RawResponse response = client.readResponse();

                assertThat(hints.status()).isEqualTo(103);
                assertThat(header.generations).as("times generated").hasValue(generations);
                assertThat(response.body()).isEqualTo(BODY);
                assertThat(response.complete()).isTrue();
                assertThat(response.framing()).isNotEqualTo(RawResponse.Framing.CLOSE);
                assertEnd(client, response, false);
                rig.expectCloses(CloseReason.BODY_LEFT);
            }
        }
    }

    private static Rig start(Wire wire, Consumer<KeepAliveConnectionFactory> settings, Request.Handler handler)
            throws Exception {
        return Rig.start(
                wire,
                factory -> {
                    // Everybody is told, so that a wrong word has every chance to slip in.
                    ResponseMatrix.settings(factory);
                    factory.setHttp10StatusLine(true);
                    settings.accept(factory);
                },
                OverflowingHeaderTest::withBuffers,
                handler);
    }

    private static void withBuffers(TestServer.Builder builder) {
        builder.httpConfiguration(OverflowingHeaderTest::setBuffers);
    }

    private static void setBuffers(HttpConfiguration configuration) {
        configuration.setResponseHeaderSize(FIRST_BUFFER);
        configuration.setMaxResponseHeaderSize(LIMIT);
    }

    /** Counts how often Jetty generates it. */
    private static final class LargeField extends PreEncodedHttpField {
        private final AtomicInteger generations = new AtomicInteger();

        LargeField(int length) {
            super("X-Large", "x".repeat(length));
        }

        @Override
        public void putTo(ByteBuffer buffer, HttpVersion version) {
            generations.incrementAndGet();
            super.putTo(buffer, version);
        }
    }
}
