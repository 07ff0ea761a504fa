package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.CLOSE;
import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.KernelCounters;
import io.github.jettykeepalive.testing.OwnNetwork;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.Sent;
import io.github.jettykeepalive.testing.TcpTable;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A close that loses nothing: whatever is still on its way to the server, the answer arrives, then a FIN.
 *
 * <p>The clients tell what they see. That nobody sent a reset at any time only the kernel can tell, so the last test has
 * all the others, and {@link LingeringThreadsTest}, run again in a network namespace where nobody else is.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LingeringCloseTest {
    private static final int UPLOAD = 20_000_000;
    private static final int LATE = 2_000_000;

    private int tries = 2;

    /** An upload that is answered before it is read. */
    private record Upload(Wire wire, String version, boolean chunked) {

        private CloseReason reason() {
            return version.equals("HTTP/1.0") ? CloseReason.HTTP_1_0 : CloseReason.BODY_LEFT;
        }
    }

    static Stream<Upload> uploads() {
        return Arrays.stream(Wire.values())
                .flatMap(wire -> Stream.of(
                        new Upload(wire, "HTTP/1.1", false),
                        new Upload(wire, "HTTP/1.1", true),
                        new Upload(wire, "HTTP/1.0", false)));
    }

    @ParameterizedTest
    @MethodSource("uploads")
    void earlyAnswerArrivesThoughTheClientWritesAllBeforeItReads(Upload upload) throws Exception {
        try (var rig = Rig.start(upload.wire, Rig::refuse)) {
            for (int i = 0; i < tries; i++) {
                try (var client = rig.connect()) {
                    Sent sent = client.upload(UPLOAD, upload.chunked, upload.version);
                    RawResponse response = client.readResponse();

                    assertThat(sent.error()).isNull();
                    assertThat(response.status()).isEqualTo(413);
                    assertThat(response.body()).contains("413");
                    assertThat(response.complete()).isTrue();
                    expectEnd(client);
                }
            }
            rig.expectCloses(Map.of(upload.reason(), (long) tries));
            expectResetsAvoided(rig, tries);
            // What Jetty had read for a request it then did not read is not ours.
            assertThat(rig.ledger().getBytesDiscarded()).isGreaterThan(tries * (UPLOAD - 1_000_000L));
        }
    }

    private static void expectResetsAvoided(Rig rig, long count) {
        Eventually.await(Rig.PATIENCE, count + " resets avoided", rig.ledger()::getResetsAvoided, n -> n == count);
    }

    /** The server ends in order, then the client does. */
    private static void expectEnd(RawClient client) throws Exception {
        client.expectFin();
        client.halfClose();
    }

    @ParameterizedTest
    @EnumSource
    void pipelinedRequestsBeyondTheLastAreDiscarded(Wire wire) throws Exception {
        var served = new AtomicInteger();
        try (var rig = Rig.start(wire, factory -> factory.setMaxRequests(5), (request, response, callback) -> {
                    served.incrementAndGet();
                    return Rig.hello(request, response, callback);
                });
                var client = rig.connect()) {
            client.send(get().repeat(200));

            assertThat(client.readResponses(5)).extracting(RawResponse::body).containsOnly("hello");
            expectEnd(client);
            assertThat(served).hasValue(5);
            rig.expectCloses(CloseReason.MAX_REQUESTS);
        }
    }

    /** Something after which nothing is served, and what follows it all the same. */
    private record Excess(int status, CloseReason reason, String name, String text) {

        @Override
        public String toString() {
            return status + " to " + name;
        }
    }

    static Stream<Excess> excesses() {
        String late = "x".repeat(LATE);
        return Stream.of(
                new Excess(400, CloseReason.PROTOCOL_ERROR, "a malformed request line", "GET\0/\r\n" + late),
                new Excess(400, CloseReason.PROTOCOL_ERROR, "a request without Host", "GET / HTTP/1.1\r\n\r\n" + late),
                new Excess(431, CloseReason.PROTOCOL_ERROR, "a large header", get("A: " + late)),
                new Excess(414, CloseReason.PROTOCOL_ERROR, "a long URI", "GET /" + late + " HTTP/1.1\r\n\r\n"),
                new Excess(505, CloseReason.PROTOCOL_ERROR, "another version", "GET / HTTP/3.0\r\n\r\n" + late),
                new Excess(200, CloseReason.CLIENT, "requests after close", get(CLOSE) + get().repeat(20_000)),
                new Excess(200, CloseReason.CLIENT, "anything after close", get(CLOSE) + late));
    }

    @ParameterizedTest
    @MethodSource("excesses")
    void answerArrivesBeforeWhatFollowsIsDiscarded(Excess excess) throws Exception {
        for (Wire wire : Wire.values()) {
            try (var rig = Rig.start(wire, Rig::hello);
                    var client = rig.connect()) {
                client.send(excess.text);
                RawResponse response = client.readResponse();

                assertThat(response.status()).isEqualTo(excess.status);
                assertThat(response.complete()).isTrue();
                expectEnd(client);
                rig.expectCloses(excess.reason);
                expectResetsAvoided(rig, 1);
            }
        }
    }

    /** Over TLS 1.2 the JDK answers the server's close_notify with its own: that is a close. */
    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS_1_3"})
    void clientThatNeverClosesIsLeft(Wire wire) throws Exception {
        try (var rig = Rig.start(wire, factory -> factory.setLingerIdleTimeout(300), Rig::hello);
                var client = rig.connect()) {
            long start = System.nanoTime();
            assertThat(client.send(get(CLOSE)).readResponse().body()).isEqualTo("hello");
            client.expectFin();
            rig.expectCloses(CloseReason.LINGER_EXPIRED);
            Duration lingered = Duration.ofNanos(System.nanoTime() - start);
            awaitNoSocket(rig, client);

            // The server's clock counts whole milliseconds; lingerTimeout is 30 s.
            assertThat(lingered).isBetween(Duration.ofMillis(299), Duration.ofSeconds(20));
        }
    }

    /** Waits until the server no longer has the socket; the kernel may have it for a while. */
    static void awaitNoSocket(Rig rig, RawClient client) {
        if (TcpTable.available()) {
            Eventually.await(
                    Rig.PATIENCE,
                    "the server's socket is closed",
                    () -> TcpTable.now().entries().stream()
                            .filter(entry ->
                                    entry.localPort() == rig.port() && entry.remotePort() == client.localPort())
                            .allMatch(entry -> entry.inode() == 0));
        }
    }

    @Test
    void kernelSendsNoResetInTheWholeRun() throws Exception {
        assumeTrue(KernelCounters.available() && OwnNetwork.available());

        assertThat(OwnNetwork.run(Duration.ofMinutes(4), WholeRun.class)).isEqualTo("strangers 0, resets 0");
    }

    /** Runs in the other JVM. */
    static final class WholeRun {

        private WholeRun() {}

        private static long resets = KernelCounters.now().outRsts();

        /** Names whoever had the kernel send a reset. */
        private static void after(Object step) {
            long now = KernelCounters.now().outRsts();
            if (now > resets) {
                System.out.println(now - resets + " by " + step);
            }
            resets = now;
        }

        public static void main(String[] arguments) throws Exception {
            var before = KernelCounters.now();
            var test = new LingeringCloseTest();
            test.tries = 6;
            for (Upload upload : uploads().toList()) {
                test.earlyAnswerArrivesThoughTheClientWritesAllBeforeItReads(upload);
                after(upload);
            }
            for (Wire wire : Wire.values()) {
                test.pipelinedRequestsBeyondTheLastAreDiscarded(wire);
                after(wire + ", pipelined");
            }
            for (Wire wire : List.of(Wire.PLAIN, Wire.TLS_1_3)) {
                test.clientThatNeverClosesIsLeft(wire);
                after(wire + ", never closed");
            }
            for (Excess excess : excesses().toList()) {
                test.answerArrivesBeforeWhatFollowsIsDiscarded(excess);
                after(excess);
            }
            new LingeringThreadsTest().manyMayLingerWithoutAThread();
            after("many");
            System.out.printf(
                    "strangers %d, resets %d%n",
                    KernelCounters.strangers().size(),
                    KernelCounters.now().minus(before).outRsts());
        }
    }
}
