package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.testing.RawResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** All filters on one request: none must get in the way of another. */
@ExtendWith(RealWar.class)
class AllFiltersWireTest {
    private static final int SIZE = 20 * 1024 * 1024;

    static Stream<Arguments> everyScenario() {
        return ContentLengthWireTest.everywhere(ContentLengthWireTest.SCENARIOS);
    }

    /** An HTTP/1.0 upload concerns most of them at once. */
    @ParameterizedTest
    @MethodSource("everyScenario")
    void answerTheSameAsWithoutThem(Container container, String scenario) throws Exception {
        assertThat(Essence.of(post(container, "/app/all/run/" + scenario)))
                .isEqualTo(Essence.of(post(container, "/app/plain/run/" + scenario)));
    }

    private static RawResponse post(Container container, String path) throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send("POST " + path
                    + " HTTP/1.0\r\nConnection: keep-alive\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n123");
            return client.readResponse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void letAnEarlyAnswerSurvive(Container container) throws Exception {
        for (String scenario : List.of("refuse", "refuseByError", "refuseAndClose", "refuseByForward")) {
            try (var client = RealWar.connect(container)) {
                assertThat(UnreadBodyWireTest.upload(client, "/app/all/run/" + scenario, SIZE))
                        .isTrue();
                assertThat(client.readResponse().status()).isEqualTo(413);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepAnHttp10ConnectionOpen(Container container) throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send("GET /app/all/run/large HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(client.readResponse().field("Content-Length")).hasValue("100000");
            client.send("GET /app/all/run/fields HTTP/1.0\r\nConnection: keep-alive\r\nAccept: */*\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("accept=*/*\n");
        }
    }
}
