package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.CLOSE;
import static io.github.jettykeepalive.Ask.get;
import static io.github.jettykeepalive.Ask.get10;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.End;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.RawResponse.Framing;
import io.github.jettykeepalive.testing.Rest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails half way does not look complete. */
@ParameterizedClass
@EnumSource
class HonestFailureTest {
    private static final String HALF = "half of it";

    @Parameter
    private Wire wire;

    /** Writes half of a response, and fails when the client has read it. */
    private static final class HalfAResponse implements Request.Handler {
        private final CountDownLatch read = new CountDownLatch(1);
        private final List<String> fields;

        /**
         * @param fields the application's own framing
         */
        private HalfAResponse(String... fields) {
            this.fields = List.of(fields);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            for (String line : fields) {
                response.getHeaders().add(new HttpField(line.split(": ")[0], line.split(": ")[1]));
            }
            try (var blocker = Blocker.callback()) {
                response.write(false, ByteBuffer.wrap(HALF.getBytes(StandardCharsets.US_ASCII)), blocker);
                blocker.block();
            }
            read.await();
            callback.failed(new QuietException.Exception("asked for"));
            return true;
        }
    }

    /** The header and half of the content arrive before the failure, so that no reset can take them away. */
    private Rest failureAfter(String request, boolean abortWithReset) throws Exception {
        return failureAfter(request, "HTTP/1.1 200 OK\r\n", new HalfAResponse(), abortWithReset);
    }

    private Rest failureAfter(String request, String begins, HalfAResponse handler, boolean abortWithReset)
            throws Exception {
        try (var rig = Rig.start(
                        wire,
                        factory -> factory.setAbortWithReset(abortWithReset),
                        builder -> builder.httpConfiguration(
                                configuration -> configuration.setHttpCompliance(HttpCompliance.RFC2616_LEGACY)),
                        handler);
                var client = rig.connect()) {
            client.send(request);
            StringBuilder read = new StringBuilder();
            while (read.indexOf(HALF) < 0) {
                read.append(client.read(1));
            }
            assertThat(read.toString()).startsWith(begins).doesNotContain("chunked");
            handler.read.countDown();
            Rest rest = client.readToEof();
            client.halfClose();
            rig.expectCloses(CloseReason.ABORT);
            return rest;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", Ask.KEEP_ALIVE})
    void responseWhoseEndIsTheCloseIsReset(String field) throws Exception {
        assertThat(failureAfter(get10(field), true)).isEqualTo(new Rest("", End.RESET));
    }

    @Test
    void responseWithoutAHeaderIsReset() throws Exception {
        assertThat(failureAfter("GET /\r\n", HALF, new HalfAResponse(), true)).isEqualTo(new Rest("", End.RESET));
    }

    /** A length counts for nothing beside a transfer coding, RFC 9112 section 6.3: Jetty writes both. */
    @ParameterizedTest
    @ValueSource(strings = {"", CLOSE})
    void responseWhoseLengthDoesNotCountIsReset(String field) throws Exception {
        var handler = new HalfAResponse("Transfer-Encoding: gzip", "Content-Length: 100");
        assertThat(failureAfter(get(field), "HTTP/1.1 200 OK\r\n", handler, true))
                .isEqualTo(new Rest("", End.RESET));
    }

    @Test
    void resetMayBeOff() throws Exception {
        assertThat(failureAfter(get10(), false)).isEqualTo(new Rest("", End.FIN));
    }

    @Test
    void responseWhoseEndIsTheCloseIsNotResetIfItSucceeds() throws Exception {
        try (var rig = Rig.start(wire, CoreReply.UNKNOWN_LENGTH);
                var client = rig.connect()) {
            RawResponse response = client.send(get10()).readResponse();

            assertThat(response.framing()).isEqualTo(Framing.CLOSE);
            assertThat(response.complete()).isTrue();
            assertThat(response.body()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", CLOSE})
    void chunkedResponseHasNoLastChunk(String field) throws Exception {
        expectIncomplete(new HalfAResponse(), get(field), Framing.CHUNKED);
    }

    /** Also where the application says how its content is coded, and nobody but us wants the connection closed. */
    @ParameterizedTest
    @ValueSource(strings = {"", CLOSE})
    void codedResponseHasNoLastChunk(String field) throws Exception {
        expectIncomplete(
                new HalfAResponse("Transfer-Encoding: gzip"),
                factory -> factory.setMaxRequests(1),
                get(field),
                Framing.CHUNKED);
    }

    @Test
    void responseIsShorterThanItsLength() throws Exception {
        expectIncomplete(new HalfAResponse("Content-Length: 100"), get(), Framing.CONTENT_LENGTH);
        expectIncomplete(new HalfAResponse("Content-Length: 100"), get10(Ask.KEEP_ALIVE), Framing.CONTENT_LENGTH);
        expectIncomplete(new HalfAResponse("Content-Length: 100"), get10(), Framing.CONTENT_LENGTH);
    }

    private void expectIncomplete(HalfAResponse handler, String request, Framing framing) throws Exception {
        expectIncomplete(handler, factory -> {}, request, framing);
    }

    private void expectIncomplete(
            HalfAResponse handler, Consumer<KeepAliveConnectionFactory> settings, String request, Framing framing)
            throws Exception {
        handler.read.countDown();
        try (var rig = Rig.start(wire, settings, handler);
                var client = rig.connect()) {
            RawResponse response = client.send(request + get()).readResponse();

            assertThat(response.framing()).isEqualTo(framing);
            assertThat(response.body()).isEqualTo(HALF);
            assertThat(response.complete()).isFalse();
            assertThat(client.readToEof().text()).isEmpty();
            rig.expectCloses(CloseReason.ABORT);
        }
    }

    @Test
    void closingResponseOfUnknownLengthIsChunked() throws Exception {
        try (var rig = Rig.start(wire, CoreReply.UNKNOWN_LENGTH);
                var client = rig.connect()) {
            RawResponse response = client.send(get(CLOSE)).readResponse();
            client.expectFin();

            assertThat(response.framing()).isEqualTo(Framing.CHUNKED);
            assertThat(response.complete()).isTrue();
            assertThat(response.fields("Transfer-Encoding")).containsExactly("chunked");
            assertThat(response.fields("Connection")).containsExactly("close");
            assertThat(response.body()).isEqualTo("hello");
        }
    }
}
