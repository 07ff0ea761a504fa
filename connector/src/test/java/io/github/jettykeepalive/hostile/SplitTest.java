package io.github.jettykeepalive.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.End;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.Rest;
import io.github.jettykeepalive.testing.TestServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** However the bytes of a few requests are spread over reads, the answers are the same. */
class SplitTest {
    private static final String DECOY = "GET " + Witness.DECOY + " HTTP/1.1\r\nHost: decoy\r\n\r\n";

    /** Content of both framings with requests in it, and a last request; what follows it is nobody's. */
    private static final String KEPT =
            "POST /a/read HTTP/1.1\r\nHost: a\r\nContent-Length: " + DECOY.length() + "\r\n\r\n" + DECOY
                    + "\r\nPOST /b/async HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(DECOY.length()) + ";x=\"y\"\r\n" + DECOY + "\r\n0\r\nX-Trailer: c\r\n\r\n"
                    + "HEAD /c/early HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                    + DECOY;

    private static final String REFUSED = "GET /a/read HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
            + "GET /b/read HTTP/1.1\r\nHost: a\r\nBad field\r\n\r\n" + DECOY;

    private final Witness witness = new Witness(Runnable::run);
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.with(KeepAliveConnectionFactory::new).start(witness);
    }

    @AfterEach
    void stop() throws Exception {
        server.awaitNoConnections();
        var ledger = server.factory(KeepAliveConnectionFactory.class).getLedger();
        Eventually.await(Duration.ofSeconds(10), "all have ended", ledger::getOpen, open -> open == 0);
        server.close();
        assertThat(witness.decoys()).isEmpty();
    }

    @Test
    void atEveryByte() throws Exception {
        for (int at = 1; at < KEPT.length(); at++) {
            expect(KEPT, List.of(200, 200, 200), at);
        }
    }

    @Test
    void atEveryByteOfWhatIsRefused() throws Exception {
        // Jetty answers from another thread, and closes if more bytes come before it has: a cut after that is not for
        // us.
        int found = REFUSED.indexOf("Bad field") + "Bad".length();
        for (int at = 1; at <= found; at++) {
            expect(REFUSED, List.of(200, 400), at);
        }
    }

    @Test
    void intoSingleBytes() throws Exception {
        int[] everywhere = IntStream.range(1, KEPT.length()).toArray();
        expect(KEPT, List.of(200, 200, 200), everywhere);
    }

    private void expect(String requests, List<Integer> statuses, int... cuts) throws Exception {
        try (var client = RawClient.connect(server.port())) {
            int from = 0;
            for (int to : cuts) {
                client.send(requests.substring(from, to));
                awaitRead(client, to);
                from = to;
            }
            // No FIN as yet: Jetty does not answer a malformed request that it finds together with one.
            client.send(requests.substring(from));
            Rest rest = client.readToEof();
            String what = "cut at " + Arrays.toString(cuts) + ": " + rest;
            List<Answers.Answer> answers = Answers.parse(rest.text(), i -> i == 2);
            assertThat(answers).as(what).extracting(Answers.Answer::status).isEqualTo(statuses);
            assertThat(answers).as(what).allMatch(Answers.Answer::complete);
            assertThat(answers)
                    .as(what)
                    .extracting(Answers.Answer::close)
                    .last()
                    .isEqualTo(true);
            assertThat(rest.end()).as(what).isEqualTo(End.FIN);
        }
    }

    /** Cheaper than to ask the kernel. */
    private void awaitRead(RawClient client, int sent) {
        Eventually.await(
                Duration.ofSeconds(10),
                sent + " bytes are read",
                () -> server.connector().getConnectedEndPoints().stream()
                        .filter(endPoint -> endPoint.getRemoteSocketAddress() instanceof InetSocketAddress address
                                && address.getPort() == client.localPort())
                        .anyMatch(endPoint -> endPoint.getConnection() != null
                                && endPoint.getConnection().getBytesIn() >= sent));
    }
}
