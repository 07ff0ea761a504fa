package io.github.jettykeepalive.servlet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.testing.InBackground;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.Upload;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How long, and for how many, {@link UnreadBodyFilter} keeps a refusal back. */
@ExtendWith(RealWar.class)
class RefusalBoundsWireTest {
    /** The default of {@code maxWait} is 1.5 s, Tomcat looks once a second, and a build machine is busy. */
    private static final Duration A_MOMENT = Duration.ofSeconds(8);

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static RawClient refused(Container container, String folder, String scenario) throws Exception {
        return RealWar.connect(container)
                .send("POST /app/" + folder + "/run/" + scenario
                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n1");
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalOfAStalledUploadWaitsForAMoment(Container container) throws Exception {
        RealWar.port(container);
        List.of("refuseByError", "refuseByErrorPage", "refuse", "refuseAndClose").stream()
                .map(scenario -> InBackground.run(() -> isAnsweredSoon(container, scenario)))
                .toList()
                .forEach(CompletableFuture::join);
    }

    private static void isAnsweredSoon(Container container, String scenario) {
        long start = System.nanoTime();
        try (var client = refused(container, "unreadDefault", scenario)) {
            assertThat(client.readResponse().status()).isIn(413, 418);
            assertThat(since(start)).isLessThan(A_MOMENT);
        } catch (Exception failed) {
            throw new AssertionError(scenario, failed);
        }
    }

    /** A client that sends a byte now and then gets no more time than one that sends nothing. */
    @ParameterizedTest
    @EnumSource
    void aRefusalOfADrippingUploadWaitsForAMoment(Container container) throws Exception {
        RealWar.port(container);
        long start = System.nanoTime();
        try (var client = refused(container, "unreadDefault", "refuseByError")) {
            var answered = new AtomicBoolean();
            CompletableFuture<Void> dripping = drip(client, answered);
            assertThat(client.readResponse().status()).isEqualTo(413);
            assertThat(since(start)).isLessThan(A_MOMENT);
            answered.set(true);
            dripping.get(30, TimeUnit.SECONDS);
        }
    }

    private static CompletableFuture<Void> drip(RawClient client, AtomicBoolean answered) {
        return InBackground.run(() -> {
            try {
                while (!answered.get()) {
                    Thread.sleep(100);
                    client.send("x");
                }
            } catch (IOException refused) {
                // It has been answered, and the connection is gone.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** {@code maxConcurrent} is 1 here, and {@code maxWait} 3 s: of two stalled uploads one is answered at once. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "KEEP_ALIVE")
    void soManyAreHeldAndNoMore(Container container) throws Exception {
        RealWar.port(container);
        long start = System.nanoTime();
        try (var first = refused(container, "unreadOne", "refuseByError");
                var second = refused(container, "unreadOne", "refuseByError")) {
            List<Duration> times = Stream.of(first, second)
                    .map(client -> InBackground.supply(() -> {
                        assertThat(client.readResponse().status()).isEqualTo(413);
                        return since(start);
                    }))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .sorted()
                    .toList();
            assertThat(times.get(0)).isLessThan(Duration.ofMillis(2_600));
            assertThat(times.get(1)).isGreaterThan(Duration.ofMillis(2_900));
        }
        // And a permit comes back, when the container has heard that the clients are gone.
        Duration held = Duration.ZERO;
        while (held.compareTo(Duration.ofMillis(2_900)) < 0) {
            assertThat(since(start)).isLessThan(Duration.ofSeconds(60));
            long asked = System.nanoTime();
            try (var again = refused(container, "unreadOne", "refuseByError")) {
                assertThat(again.readResponse().status()).isEqualTo(413);
            }
            held = since(asked);
        }
    }

    static Stream<Arguments> refusalsThatAreSentTooEarly() {
        return Stream.of(Container.TOMCAT_11, Container.TOMCAT_10_1)
                .flatMap(container -> Stream.of(
                                "refuseByError HTTP/1.1",
                                "refuseByErrorPage HTTP/1.1",
                                "refuse HTTP/1.1",
                                "refuseAndClose HTTP/1.1",
                                "refuseWithLength HTTP/1.1",
                                "forbidByError HTTP/1.0",
                                "forbidByError HTTP/1.1\r\nConnection: close")
                        .map(request -> Arguments.of(container, request)));
    }

    /** The client sends on when the response has been sent, more than any buffer holds, and reads then. */
    @ParameterizedTest
    @MethodSource("refusalsThatAreSentTooEarly")
    void aRefusalSurvivesAnUploadThatOutlastsTheWait(Container container, String request) throws Exception {
        int size = 20 * 1024 * 1024;
        assertSurvives(container, request, "Content-Length: " + size, out -> out.write(new byte[size]));
        if (!request.endsWith("HTTP/1.0")) {
            assertSurvives(container, request, "Transfer-Encoding: chunked", out -> {
                out.write((Integer.toHexString(size) + "\r\n").getBytes(US_ASCII));
                out.write(new byte[size]);
                out.write("\r\n0\r\n\r\n".getBytes(US_ASCII));
            });
        }
    }

    private static void assertSurvives(Container container, String request, String framing, Upload.Writer content)
            throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send("POST /app/unreadHasty/run/" + request + "\r\nHost: localhost\r\n" + framing + "\r\n\r\n");
            assertThat(client.isAnythingToCome()).isTrue();
            assertThat(client.sendInBackground(content)
                            .get(30, TimeUnit.SECONDS)
                            .complete())
                    .isTrue();
            RawResponse response = client.readResponse();
            assertThat(response.status()).isIn(403, 413, 418);
            assertThat(response.complete()).isTrue();
        }
    }

    /** Tomcat closes the content when a part is too large: nothing is left to discard, and the refusal must be sent. */
    @ParameterizedTest
    @EnumSource
    void aRefusalOfAPartThatIsTooLargeIsSent(Container container) throws Exception {
        String body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n"
                + "x".repeat(30_000) + "\r\n--b--\r\n";
        for (String scenario : List.of("refuseAfterParts", "refuseAfterParameter")) {
            try (var client = RealWar.connect(container)) {
                client.send("POST /app/unreadBlocking/run/" + scenario
                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                        + "\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n" + body);
                assertThat(client.readResponse().status()).isEqualTo(413);
            }
        }
    }

    /** A2. */
    @ParameterizedTest
    @EnumSource
    void aRefusalOfAFormThatIsTooLargeSurvives(Container container) throws Exception {
        String start = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
        byte[] body = (start + "x".repeat(20 * 1024 * 1024) + "\r\n--b--\r\n").getBytes(US_ASCII);
        try (var client = RealWar.connect(container)) {
            client.send("POST /app/unread/run/refuseAfterParts HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                    + body.length + "\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n");
            boolean sent = client.sendInBackground(out -> out.write(body))
                    .get(30, TimeUnit.SECONDS)
                    .complete();
            assertThat(sent).isTrue();
            assertThat(client.readResponse().status()).isEqualTo(413);
        }
    }

    /** A2. Tomcat asks for the content before the application can refuse it; Jetty does not. */
    @ParameterizedTest
    @EnumSource
    void aRefusalSurvivesAnUploadThatAskedFirst(Container container) throws Exception {
        for (String scenario : List.of("refuse", "refuseByError", "refuseAndClose", "refuseByRedirect")) {
            try (var client = RealWar.connect(container)) {
                int size = 20 * 1024 * 1024;
                client.send("POST /app/unread/run/" + scenario + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                        + size + "\r\nExpect: 100-continue\r\n\r\n");
                RawResponse response = client.readResponse();
                if (response.status() == 100) {
                    assertThat(client.sendInBackground(size)
                                    .get(30, TimeUnit.SECONDS)
                                    .complete())
                            .isTrue();
                    response = client.readResponse();
                }
                assertThat(response.status()).isIn(302, 413);
                assertThat(response.complete()).isTrue();
            }
        }
    }
}
