package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.Crowd.Line;
import io.github.jettykeepalive.Crowd.Outcome;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.InBackground;
import io.github.jettykeepalive.testing.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Slow headers by the thousand, and a client that is not to notice them; and what is slow before there is a header. */
class SlowHeaderCrowdTest {
    private static final int CROWD = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Some first bytes, and then some more now and then, but never the end. */
    private static List<Line> slowly(int number) {
        Duration gap = Duration.ofMillis(500 + number % 200);
        return List.of(
                Line.say(Duration.ofMillis(number % 500), "GET / HTTP/1.1\r\n"),
                Line.say(gap, "Host: a\r\n"),
                Line.say(gap, "X-Slow: 1\r\n"),
                Line.say(gap, "X-Slow: 2\r\n"),
                Line.ask(gap, "X-Slow: 3\r\n"));
    }

    private static double medianMicros(RawClient client, int requests) throws IOException {
        var times = new long[requests];
        for (int i = 0; i < requests; i++) {
            long start = System.nanoTime();
            assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
            times[i] = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
        }
        Arrays.sort(times);
        return times[requests / 2];
    }

    @Test
    void normalClientDoesNotNotice() throws Exception {
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        factory -> {
                            factory.setRequestHeaderTimeout(4000);
                            factory.setMaxRequests(0);
                        },
                        LastMomentTest::prepareForACrowd,
                        Rig::hello);
                var client = rig.connect()) {
            medianMicros(client, 2000); // warms up
            double alone = medianMicros(client, 1000);

            var slow = InBackground.supply(() -> play(rig.port()));
            Eventually.await(PATIENCE, "the crowd is there", rig.ledger()::getOpen, open -> open == CROWD + 1);
            double amongThem = medianMicros(client, 1000);
            List<Outcome> crowd = slow.get(90, TimeUnit.SECONDS);

            assertThat(crowd)
                    .allMatch(member -> member.text().startsWith("HTTP/1.1 408 "))
                    .allMatch(member -> member.fin() && !member.reset());
            client.halfClose();
            rig.expectCloses(Map.of(CloseReason.HEADER_TIMEOUT, (long) CROWD, CloseReason.PEER_GONE, 1L));
            // Noise of a busy machine: a millisecond. A thread per slow client, or a poll of them all, is much more.
            assertThat(amongThem).isLessThan(5 * alone + 1000);
        }
    }

    private static List<Outcome> play(int port) {
        try {
            return Crowd.play(port, CROWD, SlowHeaderCrowdTest::slowly, true, PATIENCE);
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }

    /** There is no first byte of a request yet, so this is Jetty's to bound. */
    @Test
    void silentTlsHandshakeIsBoundedByTheIdleTimeout() throws Exception {
        try (var rig = Rig.start(
                        Wire.TLS_1_3,
                        factory -> factory.setRequestHeaderTimeout(60_000),
                        builder -> builder.idleTimeout(Duration.ofMillis(500)),
                        Rig::hello);
                var client = RawClient.connect(rig.port())) {
            client.expectFin();
            client.close();
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    @Test
    void handshakeThatStopsHalfwayIsBoundedByTheIdleTimeout() throws Exception {
        try (var rig = Rig.start(
                        Wire.TLS_1_3,
                        factory -> factory.setRequestHeaderTimeout(60_000),
                        builder -> builder.idleTimeout(Duration.ofMillis(500)),
                        Rig::hello);
                var client = RawClient.connect(rig.port())) {
            client.send("\u0016\u0003\u0001\u0002\u0000\u0001");
            client.readToEof();
            client.close();
            rig.expectCloses(CloseReason.IDLE);
        }
    }
}
