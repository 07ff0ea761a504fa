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
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.http.HttpHeader;
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
        private final long length;

        /**
         * @param length the length to announce, -1 for none
         */
        private HalfAResponse(long length) {
            this.length = length;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            if (length >= 0) {
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
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
        var handler = new HalfAResponse(-1);
        try (var rig = Rig.start(wire, factory -> factory.setAbortWithReset(abortWithReset), handler);
                var client = rig.connect()) {
            client.send(request);
            StringBuilder read = new StringBuilder();
            while (read.indexOf(HALF) < 0) {
                read.append(client.read(1));
            }
            assertThat(read.toString()).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("Content-Length", "chunked");
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
        expectIncomplete(new HalfAResponse(-1), get(field), Framing.CHUNKED);
    }

    @Test
    void responseIsShorterThanItsLength() throws Exception {
        expectIncomplete(new HalfAResponse(100), get(), Framing.CONTENT_LENGTH);
        expectIncomplete(new HalfAResponse(100), get10(Ask.KEEP_ALIVE), Framing.CONTENT_LENGTH);
        expectIncomplete(new HalfAResponse(100), get10(), Framing.CONTENT_LENGTH);
    }

    private void expectIncomplete(HalfAResponse handler, String request, Framing framing) throws Exception {
        handler.read.countDown();
        try (var rig = Rig.start(wire, handler);
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
