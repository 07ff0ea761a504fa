package io.github.jettykeepalive.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.RawResponse.Framing;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link ContentLengthFilter} on the wire: what it measures, and what it must leave as it is. */
@ExtendWith(RealWar.class)
class ContentLengthWireTest {
    private static final String KEEP_ALIVE = "GET %s HTTP/1.0\r\nConnection: keep-alive";
    private static final List<String> REQUESTS =
            List.of(KEEP_ALIVE, "HEAD %s HTTP/1.0\r\nConnection: keep-alive", "GET %s HTTP/1.0", "GET %s HTTP/1.1");

    /** The body is one byte, which is sent later. */
    private static final String POST =
            "POST /app/%s/run/%s HTTP/1.0\r\nConnection: keep-alive\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n";

    /** Every way of answering that the application knows and that ends by itself. */
    static final List<String> SCENARIOS = List.of(
            "empty",
            "small",
            "large",
            "huge",
            "oneWrite",
            "singleBytes",
            "writer",
            "closedWriter",
            "closedTwice",
            "flushedAtEnd",
            "withLength",
            "lateLength",
            "reset",
            "resetBuffer",
            "error",
            "errorPage",
            "redirect",
            "noContent",
            "noContentButBody",
            "notModified",
            "promises",
            "forward",
            "forwardTwice",
            "forwardOut",
            "forwardByContext",
            "forwardByName",
            "forwardToInclude",
            "include",
            "async",
            "asyncOrder",
            "asyncWriter",
            "asyncDispatch",
            "asyncDispatchWrapped",
            "nonBlocking");

    /** Of these, the ones that the filter makes persistent where the container alone could not. */
    static final List<String> MEASURED = List.of(
            "large",
            "singleBytes",
            "writer",
            "latin",
            "closedWriter",
            "closedTwice",
            "reset",
            "resetBuffer",
            "forward",
            "forwardTwice",
            "forwardByContext",
            "errorPage",
            "include",
            "asyncDispatch",
            "asyncDispatchWrapped");

    static Stream<Arguments> everywhere(List<String> scenarios) {
        return Stream.of(Container.values())
                .flatMap(container -> scenarios.stream().map(scenario -> Arguments.of(container, scenario)));
    }

    static Stream<Arguments> everyScenario() {
        return everywhere(SCENARIOS);
    }

    static Stream<Arguments> everyMeasured() {
        return everywhere(MEASURED);
    }

    @ParameterizedTest
    @MethodSource("everyScenario")
    void answersTheSameAsWithoutTheFilter(Container container, String scenario) throws Exception {
        for (String request : REQUESTS) {
            String expected = Essence.of(get(container, request, "/app/plain/run/" + scenario));
            for (String folder : List.of("length", "requestOnly", "despiteFlush")) {
                String actual = Essence.of(get(container, request, "/app/" + folder + "/run/" + scenario));
                assertThat(actual).as(folder + ": " + request).isEqualTo(expected);
            }
        }
    }

    /** Jetty drops what was written before the exception, Tomcat does not. */
    @ParameterizedTest
    @EnumSource
    void leavesAFailedResponseToTheContainer(Container container) throws Exception {
        RawResponse response = get(container, KEEP_ALIVE, "/app/length/run/exception");
        assertThat(response.status()).isEqualTo(500);
        assertThat(Essence.of(response)).isEqualTo(Essence.of(get(container, KEEP_ALIVE, "/app/plain/run/exception")));
    }

    @ParameterizedTest
    @EnumSource
    void leavesATimeoutToTheContainer(Container container) throws Exception {
        String expected = Essence.of(get(container, KEEP_ALIVE, "/app/plain/run/asyncTimeout"));
        assertThat(Essence.of(get(container, KEEP_ALIVE, "/app/length/run/asyncTimeout")))
                .isEqualTo(expected);
    }

    static Stream<Arguments> failures() {
        return everywhere(List.of(
                "exception",
                "error",
                "asyncThrow",
                "asyncDispatchThrow",
                "asyncDispatchAsyncThrow",
                "asyncDispatchAsync",
                "asyncTimeout",
                "asyncError"));
    }

    /** There is one buffer for all, and the next response has it. */
    @ParameterizedTest
    @MethodSource("failures")
    void aBufferIsGivenBackWhateverHappens(Container container, String scenario) throws Exception {
        String large =
                get(container, KEEP_ALIVE, "/app/lengthOne/run/bufferSize").body();
        for (int i = 0; i < 2; i++) {
            // Tomcat 10.1 closes the connection without a word for some of them.
            try (var client = RealWar.connect(container)) {
                client.send(KEEP_ALIVE.formatted("/app/lengthOne/run/" + scenario) + "\r\nHost: localhost\r\n\r\n");
                client.isAnythingToCome();
            }
            // An asynchronous response may be with the client before the container tells the listeners.
            long start = System.nanoTime();
            String size = "";
            while (!size.equals(large) && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30)) {
                size = get(container, KEEP_ALIVE, "/app/lengthOne/run/bufferSize")
                        .body();
            }
            assertThat(size).isEqualTo(large);
        }
    }

    /** Tomcat tells no listener of a reset that comes at the right moment. The garbage collector tells. */
    @ParameterizedTest
    @EnumSource
    void aBufferIsGivenBackAfterResets(Container container) throws Exception {
        String large =
                get(container, KEEP_ALIVE, "/app/lengthOne/run/bufferSize").body();
        for (int i = 0; i < 100; i++) {
            try (var client = RealWar.connect(container)) {
                client.send(KEEP_ALIVE.formatted("/app/lengthOne/run/asyncError") + "\r\nHost: localhost\r\n\r\n");
                client.reset();
            }
        }
        long start = System.nanoTime();
        String size = "";
        while (!size.equals(large) && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30)) {
            System.gc();
            size = get(container, KEEP_ALIVE, "/app/lengthOne/run/bufferSize").body();
        }
        assertThat(size).isEqualTo(large);
    }

    /** It is the connector's own buffer that counts, not one that Tomcat has kept from another request. */
    @ParameterizedTest
    @EnumSource
    void aBufferIsNoLargerAfterAnotherLargeOne(Container container) throws Exception {
        try (var client = RealWar.connect(container)) {
            String before = bufferSize(client, "lengthDefault", "HTTP/1.0\r\nConnection: keep-alive");
            bufferSize(client, "plain", "HTTP/1.0\r\nConnection: keep-alive\r\nX-Buffer-Size: 60000");
            assertThat(bufferSize(client, "lengthDefault", "HTTP/1.0\r\nConnection: keep-alive"))
                    .isEqualTo(before);
        }
    }

    private static String bufferSize(RawClient client, String folder, String rest) throws Exception {
        return client.send("GET /app/" + folder + "/run/bufferSize " + rest + "\r\n\r\n")
                .readResponse()
                .body();
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheEncodingThatGetWriterSettled(Container container) throws Exception {
        RawResponse response = get(container, KEEP_ALIVE, "/app/length/run/latin");
        assertThat(response.body().toLowerCase(Locale.ROOT)).isEqualTo("ü".repeat(50_000) + "iso-8859-1");
        assertThat(response.field("Content-Type"))
                .isEqualTo(get(container, KEEP_ALIVE, "/app/plain/run/latin").field("Content-Type"));
    }

    @ParameterizedTest
    @EnumSource
    void encodesAcrossWrites(Container container) throws Exception {
        RawResponse response = get(container, KEEP_ALIVE, "/app/length/run/writer");
        String text = new String(response.body().getBytes(ISO_8859_1), UTF_8);
        assertThat(text.strip()).isEqualTo("Grüße 😀".repeat(10_000) + "end");
    }

    /** The client answers to what was flushed: it must have got it. */
    @ParameterizedTest
    @EnumSource
    void deliversWhatIsFlushed(Container container) throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send(POST.formatted("length", "flushed"));
            readPast(client, "\r\n\r\n" + "0123456789".repeat(5_000));
            client.send("!");
            assertThat(client.readToEof().text()).isEqualTo("!" + "0123456789".repeat(5_000));
        }
    }

    @ParameterizedTest
    @EnumSource
    void deliversEventsEvenIfFlushesAreIgnored(Container container) throws Exception {
        for (String folder : List.of("length", "despiteFlush")) {
            try (var client = RealWar.connect(container)) {
                client.send(POST.formatted(folder, "events"));
                readPast(client, "\r\n\r\ndata: 1\n\n");
                client.send("2");
                assertThat(client.readToEof().text()).isEqualTo("data: 2\n\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void measuresAPageThatIsFlushedAtItsEndIfToldSo(Container container) throws Exception {
        assertThat(get(container, KEEP_ALIVE, "/app/length/run/flushedAtEnd").framing())
                .isEqualTo(Framing.CLOSE);
        assertThat(get(container, KEEP_ALIVE, "/app/despiteFlush/run/flushedAtEnd")
                        .field("Content-Length"))
                .hasValue("50000");
    }

    @ParameterizedTest
    @EnumSource
    void leavesOtherClientsAlone(Container container) throws Exception {
        assertThat(get(container, "GET %s HTTP/1.0", "/app/length/run/large").framing())
                .isEqualTo(Framing.CLOSE);
        assertThat(get(container, "GET %s HTTP/1.0\r\nConnection: keep-alive, close", "/app/length/run/large")
                        .framing())
                .isEqualTo(Framing.CLOSE);
        assertThat(get(container, "GET %s HTTP/1.1", "/app/length/run/large").framing())
                .isEqualTo(Framing.CHUNKED);
        assertThat(get(container, KEEP_ALIVE, "/app/length/run/huge").framing()).isEqualTo(Framing.CLOSE);
    }

    @ParameterizedTest
    @EnumSource
    void leavesStaticFilesToTheContainer(Container container) throws Exception {
        RawResponse response = get(container, KEEP_ALIVE, "/app/length/page.txt");
        assertThat(response.field("Content-Length")).hasValue("100000");
        assertThat(Essence.of(response)).isEqualTo(Essence.of(get(container, KEEP_ALIVE, "/app/plain/page.txt")));
    }

    /** Nothing was measured by a HEAD that wrote nothing. */
    @ParameterizedTest
    @EnumSource
    void tellsTheLengthOfWhatAHeadWrote(Container container) throws Exception {
        String head = "HEAD %s HTTP/1.0\r\nConnection: keep-alive";
        assertThat(get(container, head, "/app/length/run/large").field("Content-Length"))
                .hasValue("100000");
        assertThat(get(container, head, "/app/length/run/empty").field("Content-Length"))
                .isEqualTo(get(container, head, "/app/plain/run/empty").field("Content-Length"));
    }

    @ParameterizedTest
    @MethodSource("everyMeasured")
    void keepsAnHttp10ConnectionOpen(Container container, String scenario) throws Exception {
        try (var client = RealWar.connect(container)) {
            for (int i = 0; i < 3; i++) {
                client.send("GET /app/length/run/" + scenario + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                RawResponse response = client.readResponse();
                assertThat(response.framing()).isEqualTo(Framing.CONTENT_LENGTH);
                assertThat(response.field("Connection")).hasValue("keep-alive");
            }
        }
    }

    /** Reads until the expected text has come. */
    private static void readPast(RawClient client, String expected) {
        var text = new StringBuilder();
        while (text.indexOf(expected) < 0) {
            text.append(client.read(1));
        }
    }

    private static RawResponse get(Container container, String request, String path) throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send(request.formatted(path) + "\r\nHost: localhost\r\n\r\n");
            return request.startsWith("HEAD") ? client.readHeadResponse() : client.readResponse();
        }
    }
}
