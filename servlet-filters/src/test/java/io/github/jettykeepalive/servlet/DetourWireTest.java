package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.testing.RawResponse;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whether the connection closes, if the response is finished in another dispatch than the one in which a rule or the
 * application asked for the close: each dispatch has filters and wrappers of its own, or none.
 */
@ExtendWith(RealWar.class)
class DetourWireTest {
    private static final List<String> WAYS = List.of(
            "sendError",
            "throw",
            "dispatch",
            "dispatchPair",
            "dispatchElsewhere",
            "asyncError",
            "thread",
            "forward",
            "include");
    private static final List<String> CHANGES = List.of("nothing", "keepAlive", "addKeepAlive", "remove", "reset");

    static Stream<Arguments> everyWay() {
        return Stream.of(Container.values())
                .flatMap(container -> WAYS.stream().map(way -> Arguments.of(container, way)));
    }

    private static boolean closes(Container container, String folder, String query) throws Exception {
        try (var client = RealWar.connect(container)) {
            String request = "GET /app/" + folder + "/run/detour?" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
            RawResponse response = client.send(request).readResponse();
            boolean closes = response.fields("Connection").stream().anyMatch(value -> value.contains("close"));
            if (closes) {
                client.expectFin();
            } else {
                client.send("GET /app/plain/run/small HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
            return closes;
        }
    }

    /** The application's own dispatches and error pages cannot take back what a rule says. */
    @ParameterizedTest
    @MethodSource("everyWay")
    void aRuleHoldsWhereverTheResponseIsFinished(Container container, String way) throws Exception {
        var softly = new SoftAssertions();
        for (String then : CHANGES) {
            softly.assertThat(closes(container, "ruled", "to=pages&first=nothing&way=" + way + "&then=" + then))
                    .as(then)
                    .isTrue();
        }
        softly.assertAll();
    }

    /** Where the filter is not mapped it cannot help what the application does; the close that it has set stays. */
    @ParameterizedTest
    @MethodSource("everyWay")
    void aRuleForRequestsAloneHoldsIfNobodyChangesTheField(Container container, String way) throws Exception {
        assertThat(closes(container, "ruledOnce", "to=plain&first=nothing&way=" + way + "&then=nothing"))
                .isTrue();
    }

    /** What one request was closed for is not remembered for the next. */
    @ParameterizedTest
    @EnumSource
    void anErrorPageClosesNothingByItself(Container container) throws Exception {
        assertThat(closes(container, "plain", "to=pages&first=nothing&way=sendError&then=nothing"))
                .isFalse();
    }

    /** The filter changes nothing about what an application says of closing, when, and where. */
    @ParameterizedTest
    @MethodSource("everyWay")
    void anApplicationClosesAsWithoutTheFilter(Container container, String way) throws Exception {
        var softly = new SoftAssertions();
        for (String first : List.of("close", "nothing")) {
            for (String then :
                    Stream.concat(CHANGES.stream(), Stream.of("close")).toList()) {
                String query = "&first=" + first + "&way=" + way + "&then=" + then;
                boolean without = closes(container, "plain", "to=plain" + query);
                softly.assertThat(closes(container, "hop", "to=pages" + query))
                        .as("mapped to all " + query)
                        .isEqualTo(without);
                softly.assertThat(closes(container, "hopOnce", "to=plain" + query))
                        .as("mapped to requests " + query)
                        .isEqualTo(without);
            }
        }
        softly.assertAll();
    }

    /** Another filter asks for the close in front of the error page, or of the target of the dispatch. */
    @ParameterizedTest
    @EnumSource
    void whatAnotherFilterAsksForStays(Container container) throws Exception {
        var softly = new SoftAssertions();
        for (String way : List.of("sendError", "throw", "dispatchElsewhere", "asyncError")) {
            for (String then : List.of("nothing", "keepAlive", "addKeepAlive", "remove")) {
                String query = "to=pages&first=close&other=close&way=" + way + "&then=" + then;
                softly.assertThat(closes(container, "hop", query)).as(query).isTrue();
            }
        }
        softly.assertAll();
    }

    /** {@code AsyncContext.getResponse()} is the container's own response here. */
    @ParameterizedTest
    @EnumSource
    void anApplicationMayUseTheContainersOwnResponse(Container container) throws Exception {
        for (String then : CHANGES) {
            String query = "to=plain&first=close&way=threadWithoutPair&then=" + then;
            assertThat(closes(container, "hop", query)).as(then).isEqualTo(closes(container, "plain", query));
        }
    }
}
