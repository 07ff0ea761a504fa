package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static io.github.jettykeepalive.Ask.get;
import static io.github.jettykeepalive.Ask.get10;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.enforce.KeepAliveAttributes;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application may ask for one request, by attributes of JDK types: less than the policy allows, never more. */
class OverrideTest {
    private static final String MAX = KeepAliveAttributes.MAX_REQUESTS;
    private static final String TIMEOUT = KeepAliveAttributes.KEEP_ALIVE_TIMEOUT;
    private static final String CLOSE = KeepAliveAttributes.CLOSE;

    /** A server that allows 10 requests and 20 s between them, whose application asks for something with each. */
    private static Rig rig(Wire wire, List<Map<String, Object>> asked) throws Exception {
        Queue<Map<String, Object>> next = new ArrayDeque<>(asked);
        return Rig.start(
                wire,
                factory -> {
                    factory.setMaxRequests(10);
                    factory.setKeepAliveTimeout(20_000);
                },
                (request, response, callback) -> {
                    next.remove().forEach(request::setAttribute);
                    return Rig.hello(request, response, callback);
                });
    }

    /**
     * One request and what its response says.
     *
     * @param keepAlive the Keep-Alive field, or {@code close}
     */
    private record Asked(Map<String, Object> attributes, String keepAlive) {}

    static Stream<Asked> singleRequests() {
        return Stream.of(
                new Asked(Map.of(), "timeout=19, max=9"),
                new Asked(Map.of(MAX, 3), "timeout=19, max=2"),
                new Asked(Map.of(MAX, 1), "close"),
                new Asked(Map.of(TIMEOUT, 5000L), "timeout=4, max=9"),
                new Asked(Map.of(TIMEOUT, 5000), "timeout=4, max=9"),
                new Asked(Map.of(TIMEOUT, 1500L), "max=9"),
                new Asked(Map.of(TIMEOUT, 0L), "close"),
                new Asked(Map.of(CLOSE, true), "close"),
                new Asked(Map.of(MAX, 5, TIMEOUT, 6000L), "timeout=5, max=4"),
                // More than is allowed:
                new Asked(Map.of(MAX, 100), "timeout=19, max=9"),
                new Asked(Map.of(MAX, 0), "timeout=19, max=9"),
                new Asked(Map.of(MAX, -1), "timeout=19, max=9"),
                new Asked(Map.of(TIMEOUT, 60_000L), "timeout=19, max=9"),
                new Asked(Map.of(TIMEOUT, Long.MAX_VALUE), "timeout=19, max=9"),
                new Asked(Map.of(CLOSE, false), "timeout=19, max=9"),
                // What makes no sense:
                new Asked(Map.of(MAX, "3"), "timeout=19, max=9"),
                new Asked(Map.of(TIMEOUT, "5000"), "timeout=19, max=9"),
                new Asked(Map.of(CLOSE, "true"), "timeout=19, max=9"));
    }

    @ParameterizedTest
    @MethodSource("singleRequests")
    void responseSaysWhatIsInForce(Asked row) throws Exception {
        for (String request : List.of(get(KEEP_ALIVE), get10(KEEP_ALIVE))) {
            try (var rig = rig(Wire.PLAIN, List.of(row.attributes));
                    var client = rig.connect()) {
                RawResponse response = client.send(request).readResponse();

                boolean close = row.keepAlive.equals("close");
                assertThat(response.field("Keep-Alive").orElse("close")).isEqualTo(row.keepAlive);
                assertThat(response.fields("Connection")).containsExactly(close ? "close" : "keep-alive");
                if (close) {
                    client.expectFin();
                    client.halfClose();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS_1_3"})
    void fewerRequestsAreServed(Wire wire) throws Exception {
        Map<String, Object> three = Map.of(MAX, 3);
        try (var rig = rig(wire, List.of(three, three, three));
                var client = rig.connect()) {
            client.send(get(KEEP_ALIVE).repeat(5));
            List<RawResponse> responses = client.readResponses(3);
            client.expectFin();
            client.halfClose();

            assertThat(responses)
                    .extracting(response -> response.field("Keep-Alive").orElse("close"))
                    .containsExactly("timeout=19, max=2", "timeout=19, max=1", "close");
            rig.expectCloses(CloseReason.MAX_REQUESTS);
        }
    }

    @Test
    void fewerRequestsThanWereServedAlreadyIsTheEnd() throws Exception {
        try (var rig = rig(Wire.PLAIN, List.of(Map.of(), Map.of(), Map.of(MAX, 2)));
                var client = rig.connect()) {
            client.send(get().repeat(3));
            assertThat(client.readResponses(3).get(2).fields("Connection")).containsExactly("close");
            client.expectFin();
            client.halfClose();

            rig.expectCloses(CloseReason.MAX_REQUESTS);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS_1_3"})
    void shorterWaitIsKeptTo(Wire wire) throws Exception {
        try (var rig = rig(wire, List.of(Map.of(TIMEOUT, 300L)));
                var client = rig.connect()) {
            long start = System.nanoTime();
            client.send(get()).readResponse();
            client.expectFin();
            client.halfClose();

            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(300L, 15_000L);
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    @Test
    void shorterWaitIsForOneRequest() throws Exception {
        try (var rig = rig(Wire.PLAIN, List.of(Map.of(TIMEOUT, 5000L), Map.of()));
                var client = rig.connect()) {
            assertThat(client.send(get(KEEP_ALIVE)).readResponse().fields("Keep-Alive"))
                    .containsExactly("timeout=4, max=9");
            assertThat(client.send(get(KEEP_ALIVE)).readResponse().fields("Keep-Alive"))
                    .containsExactly("timeout=19, max=8");
        }
    }

    @Test
    void attributeMayBeSetUntilTheResponseIsCommitted() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, OverrideTest::closeAfterwards);
                var client = rig.connect()) {
            assertThat(client.send(get()).readResponse().fields("Connection")).containsExactly("close");
            client.expectFin();
            client.halfClose();

            rig.expectCloses(CloseReason.APPLICATION);
        }
    }

    private static boolean closeAfterwards(Request request, Response response, Callback callback) {
        response.setStatus(200);
        new Request.Wrapper(request).setAttribute(CLOSE, Boolean.TRUE);
        return Rig.hello(request, response, callback);
    }

    /** What the application reads: the same names, JDK types, whatever it has set. */
    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void whatIsLeftCanBeRead(int max) throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, factory -> factory.setMaxRequests(10), (request, response, callback) -> {
                    request.setAttribute(MAX, max);
                    String text = request.getAttribute(KeepAliveAttributes.REQUEST_NUMBER) + "/"
                            + request.getAttribute(KeepAliveAttributes.REQUESTS_LEFT);
                    response.write(true, BufferUtil.toBuffer(text), callback);
                    return true;
                });
                var client = rig.connect()) {
            assertThat(ask(client)).isEqualTo(max == 0 ? "1/9" : "1/3");
            assertThat(ask(client)).isEqualTo(max == 0 ? "2/8" : "2/2");
        }
    }

    private static String ask(RawClient client) throws IOException {
        return client.send(get()).readResponse().body();
    }
}
