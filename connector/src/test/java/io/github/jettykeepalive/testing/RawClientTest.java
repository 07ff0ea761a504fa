package io.github.jettykeepalive.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.jettykeepalive.testing.RawResponse.Framing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the client makes of bytes and ends that the test itself puts on the wire. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RawClientTest {
    private ServerSocket listener;
    private RawClient client;
    private Socket peer;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        client = RawClient.connect(listener.getLocalPort());
        peer = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        peer.close();
        listener.close();
    }

    private void answer(String text) throws IOException {
        peer.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private void resetByPeer() throws IOException {
        peer.setSoLinger(true, 0);
        peer.close();
    }

    @Test
    void responseIsReadAsItStands() throws IOException {
        answer("HTTP/1.1 200 Very OK\r\nX-One: a\r\nContent-Length: 3\r\nx-one:  b \r\n\r\nabcHTTP");

        RawResponse response = client.readResponse();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.version()).isEqualTo("HTTP/1.1");
        assertThat(response.reason()).isEqualTo("Very OK");
        assertThat(response.fields("x-ONE")).containsExactly("a", "b");
        assertThat(response.field("X-One")).contains("a, b");
        assertThat(response.field("X-Two")).isEmpty();
        assertThat(response.body()).isEqualTo("abc");
        assertThat(response.framing()).isEqualTo(Framing.CONTENT_LENGTH);
        assertThat(response.complete()).isTrue();
        assertThat(client.read(4)).isEqualTo("HTTP");
    }

    @Test
    void chunksAreJoinedAndTheirTrailersSkipped() throws IOException {
        answer(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: 1\r\n\r\n");

        RawResponse response = client.readResponse();

        assertThat(response.body()).isEqualTo("abc0123456789");
        assertThat(response.framing()).isEqualTo(Framing.CHUNKED);
        assertThat(response.complete()).isTrue();
    }

    @Test
    void missingLastChunkShows() throws IOException {
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        peer.close();

        RawResponse response = client.readResponse();

        assertThat(response.body()).isEqualTo("abc");
        assertThat(response.complete()).isFalse();
        client.expectFin();
    }

    @Test
    void missingBytesOfLengthShow() throws IOException {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
        peer.close();

        assertThat(client.readResponse().complete()).isFalse();
    }

    @Test
    void bodyDelimitedByCloseIsCompleteAtFin() throws IOException {
        answer("HTTP/1.0 200 OK\r\n\r\nabc");
        peer.close();

        RawResponse response = client.readResponse();

        assertThat(response.body()).isEqualTo("abc");
        assertThat(response.framing()).isEqualTo(Framing.CLOSE);
        assertThat(response.complete()).isTrue();
    }

    @Test
    void bodyDelimitedByCloseIsIncompleteAtReset() throws IOException {
        answer("HTTP/1.0 200 OK\r\n\r\nabc");
        client.read("HTTP/1.0 200 OK\r\n\r\n".length());
        resetByPeer();

        assertThat(client.readToEof().end()).isEqualTo(End.RESET);
        assertThat(client.isOpen()).isFalse();
        client.expectReset();
    }

    @Test
    void answersWithoutBodyEndWithTheirFields() throws IOException {
        answer("HTTP/1.1 100 Continue\r\n\r\n");
        answer("HTTP/1.1 204 No Content\r\n\r\n");
        answer("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");
        answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");

        assertThat(client.readResponses(3))
                .extracting(RawResponse::status, RawResponse::framing)
                .containsExactly(tuple(100, Framing.NONE), tuple(204, Framing.NONE), tuple(304, Framing.NONE));
        assertThat(client.readHeadResponse().framing()).isEqualTo(Framing.NONE);
    }

    @Test
    void silenceIsNotAnEnd() throws IOException {
        client.patience(Duration.ofMillis(50));

        assertThat(client.isOpen()).isTrue();
        assertThat(client.readToEof()).isEqualTo(new Rest("", End.TIMEOUT));
        answer("late");

        assertThat(client.isOpen()).isTrue();
        assertThat(client.readToEof()).isEqualTo(new Rest("late", End.TIMEOUT));
        peer.shutdownOutput();
        assertThat(client.patience(Duration.ofSeconds(10)).readToEof()).isEqualTo(new Rest("", End.FIN));
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void failuresSayWhatCameInstead() throws IOException {
        answer("HTTP/1.1 2");
        peer.close();
        assertThatThrownBy(client::readResponse)
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected a response, but the input ended with FIN after \"HTTP/1.1 2\"");
        assertThatThrownBy(client::expectReset).hasMessage("expected RESET, but was: FIN after \"\"");
    }

    @Test
    void moreThanAFinIsToldFromAFin() throws IOException {
        answer("HTTP/1.1 200 OK\r\n");
        peer.close();
        assertThatThrownBy(client::expectFin)
                .hasMessage("expected FIN and nothing before it, but was: FIN after \"HTTP/1.1 200 OK\\r\\n\"");
    }

    @Test
    void halfCloseStillReads() throws IOException {
        client.send("abc").halfClose();

        assertThat(peer.getInputStream().readAllBytes()).hasSize(3);
        answer("def");
        peer.close();
        assertThat(client.readToEof()).isEqualTo(new Rest("def", End.FIN));
    }

    @Test
    void resetReachesThePeer() throws IOException {
        client.reset();

        assertThatThrownBy(() -> peer.getInputStream().read()).hasMessageContaining("reset");
    }

    @Test
    void splitTextArrivesInPieces() throws Exception {
        var sending = new FutureTask<>(() -> client.sendSplit("abcdef", 1, 4));
        new Thread(sending).start();
        var buffer = new byte[10];

        assertThat(peer.getInputStream().read(buffer)).isEqualTo(1);
        assertThat(peer.getInputStream().read(buffer)).isEqualTo(3);
        assertThat(peer.getInputStream().read(buffer)).isEqualTo(2);
        sending.get();
    }

    @Test
    void uploadThatNobodyReadsFailsInTime() {
        client.patience(Duration.ofMillis(200));

        assertThatThrownBy(() -> client.upload(100_000_000, false, "HTTP/1.1"))
                .hasMessage("not sent within 200 ms: the server does not read");
    }

    @Test
    void uploadIntoAResetTellsTheWriteError() throws Exception {
        var sending = client.sendInBackground(100_000_000);
        peer.getInputStream().readNBytes(1000);
        resetByPeer();

        Sent sent = sending.get();

        assertThat(sent.complete()).isFalse();
        assertThat(sent.bytes()).isBetween(0L, 99_999_999L);
    }

    @Test
    void uploadIsAWholeRequest() throws Exception {
        var out = new ByteArrayOutputStream();

        Upload.post(65_537, true, "HTTP/1.1").writeTo(out);

        assertThat(out.toString(ISO_8859_1))
                .startsWith("POST /upload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n10000\r\nxx")
                .endsWith("x\r\n1\r\nx\r\n0\r\n\r\n");
    }

    @Test
    void preparationComesBeforeConnect() throws IOException {
        try (var prepared = RawClient.connect(listener.getLocalPort(), socket -> {
                    socket.setReceiveBufferSize(4096);
                    socket.bind(new InetSocketAddress("127.0.0.7", 0));
                });
                var accepted = listener.accept()) {
            assertThat(accepted.getInetAddress().getHostAddress()).isEqualTo("127.0.0.7");
            assertThat(accepted.getPort()).isEqualTo(prepared.localPort());
        }
    }
}
