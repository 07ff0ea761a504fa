package io.github.jettykeepalive.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.RawResponse.Framing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link ContentLengthFilter} on the wire: what it measures, and what it must leave as it is. */
@ExtendWith(RealWar.class)
class ContentLengthWireTest {
    /** Every way of answering that the application knows and that ends by itself. */
    static final List<String> SCENARIOS = List.of(
            "empty",
            "small",
            "large",
            "huge",
            "oneWrite",
            "singleBytes",
            "writer",
            "latin",
            "closedWriter",
            "closedTwice",
            "flushedAtEnd",
            "withLength",
            "lateLength",
            "reset",
            "resetBuffer",
            "error",
            "errorPage",
            "exception",
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
            "asyncTimeout",
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
        for (String request : List.of("GET %s HTTP/1.0\r\nConnection: keep-alive", "HEAD %s HTTP/1.0\r\nConnection: keep-alive", "GET %s HTTP/1.0", "GET %s HTTP/1.1")) {
            String expected = essence(get(container, request, "/app/plain/run/" + scenario));
            for (String folder : List.of("length", "requestOnly", "despiteFlush")) {
                String actual = essence(get(container, request, "/app/" + folder + "/run/" + scenario));
                assertThat(actual).as(folder + ": " + request).isEqualTo(expected);
            }
        }
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

    private static RawResponse get(Container container, String request, String path) throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send(request.formatted(path) + "\r\nHost: localhost\r\n\r\n");
            return request.startsWith("HEAD") ? client.readHeadResponse() : client.readResponse();
        }
    }

    /** All that must not change: the fields of framing and persistence may, and the date. */
    private static String essence(RawResponse response) {
        var ignored = Set.of("date", "connection", "content-length", "transfer-encoding", "keep-alive");
        var fields = response.fields().stream()
                .filter(field -> !ignored.contains(field.getKey().toLowerCase(Locale.ROOT)))
                .map(field -> field.getKey() + ": " + field.getValue().replaceFirst("localhost:\\d+|/app/\\w+/", "…"))
                .sorted()
                .toList();
        return response.status() + " " + fields + " " + response.complete() + " " + response.body();
    }
}
