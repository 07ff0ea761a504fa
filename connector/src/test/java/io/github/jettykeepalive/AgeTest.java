package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static io.github.jettykeepalive.Ask.get;
import static io.github.jettykeepalive.Ask.get10;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.Crowd.Line;
import io.github.jettykeepalive.Crowd.Outcome;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.RawResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that are older than they may be: told by their next response, never cut. */
class AgeTest {
    private static final long MAX_AGE = 1500;

    private static Consumer<KeepAliveConnectionFactory> maxAge(long millis, int jitter) {
        return factory -> {
            factory.setMaxAge(millis);
            factory.setMaxAgeJitter(jitter);
        };
    }

    @ParameterizedTest
    @CsvSource({"PLAIN, 1.1", "PLAIN, 1.0", "TLS_1_3, 1.1"})
    void overAgeConnectionClosesWithItsNextResponse(Wire wire, String version) throws Exception {
        String request = version.equals("1.1") ? get(KEEP_ALIVE) : get10(KEEP_ALIVE);
        try (var rig = Rig.start(wire, maxAge(MAX_AGE, 0), Rig::hello);
                var client = rig.connect()) {
            RawResponse young = client.send(request).readResponse();
            TimeoutsTest.pass(MAX_AGE);
            assertThat(client.isOpen()).isTrue();
            RawResponse old = client.send(request).readResponse();
            client.expectFin();
            client.halfClose();

            assertThat(young.fields("Connection")).containsExactly("keep-alive");
            assertThat(old.fields("Connection")).containsExactly("close");
            assertThat(old.fields("Keep-Alive")).isEmpty();
            assertThat(old.body()).isEqualTo("hello");
            rig.expectCloses(CloseReason.MAX_AGE);
        }
    }

    @Test
    void connectionThatComesOfAgeDuringARequestClosesWithItsResponse() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, maxAge(300, 0), (request, response, callback) -> {
                    TimeoutsTest.pass(400);
                    return Rig.hello(request, response, callback);
                });
                var client = rig.connect()) {
            RawResponse response = client.send(get()).readResponse();
            client.expectFin();
            client.halfClose();

            assertThat(response.fields("Connection")).containsExactly("close");
            rig.expectCloses(CloseReason.MAX_AGE);
        }
    }

    /** It was promised the keep-alive timeout, and gets it. */
    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS_1_3"})
    void idleConnectionIsNotCutForItsAge(Wire wire) throws Exception {
        long keepAlive = 1500;
        try (var rig = Rig.start(
                        wire, maxAge(1000, 0).andThen(factory -> factory.setKeepAliveTimeout(keepAlive)), Rig::hello);
                var client = rig.connect()) {
            long start = System.nanoTime();
            client.send(get());
            RawResponse response = client.readResponse();
            client.expectFin();
            client.halfClose();

            // If the machine is very slow, the response may have come too late to be kept.
            if (response.field("Connection").isEmpty()) {
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                        .isGreaterThanOrEqualTo(keepAlive);
                rig.expectCloses(CloseReason.IDLE);
            }
        }
    }

    /** What connected together does not reconnect together. */
    @Test
    void jitterSpreadsTheEnds() throws Exception {
        int connections = 300;
        try (var rig = Rig.start(Wire.PLAIN, maxAge(6000, 100), LastMomentTest::prepareForACrowd, Rig::hello)) {
            List<Outcome> crowd = Crowd.play(
                    rig.port(),
                    connections,
                    i -> List.of(Line.ask(Duration.ofSeconds(2), get())),
                    false,
                    Duration.ofMinutes(1));
            rig.server().awaitNoConnections();

            assertThat(crowd).allMatch(member -> member.responses() == 1);
            long told = crowd.stream()
                    .filter(member -> member.text().contains("Connection: close"))
                    .count();
            assertThat(told)
                    .as("older than their own limit, from 0 to 6 s, after 2 s")
                    .isBetween(20L, 280L);
            assertThat(rig.ledger().getCloses(CloseReason.MAX_AGE)).isEqualTo(told);
        }
    }
}
