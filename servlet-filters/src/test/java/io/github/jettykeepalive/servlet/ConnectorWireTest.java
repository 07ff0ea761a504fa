package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The filters in a WAR, and the connector in the server: they share attributes, and no class. */
@ExtendWith(RealWar.class)
class ConnectorWireTest {
    private static RawClient connect() throws Exception {
        return RealWar.connect(Container.KEEP_ALIVE);
    }

    private static RawResponse get(RawClient client, String path) throws Exception {
        client.send("GET /app" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return client.readResponse();
    }

    @Test
    void theApplicationKnowsTheConnection() throws Exception {
        try (var client = connect()) {
            for (int number = 1; number <= 3; number++) {
                assertThat(get(client, "/info/run/attributes").body().lines())
                        .anyMatch(line -> line.matches("age=Long:\\d+"))
                        .anyMatch(line -> line.matches("connectionId=String:\\S+"))
                        .contains("requestNumber=Integer:" + number, "requestsLeft=Integer:" + (1000 - number));
            }
        }
    }

    @Test
    void theApplicationLimitsTheRequests() throws Exception {
        try (var client = connect()) {
            assertThat(get(client, "/tighten/run/small").field("Connection")).isEmpty();
            assertThat(get(client, "/tighten/run/small").field("Connection")).isEmpty();
            assertThat(get(client, "/tighten/run/small").field("Connection")).hasValue("close");
            client.expectFin();
        }
    }

    @Test
    void theApplicationShortensTheWait() throws Exception {
        try (var client = connect()) {
            client.send("GET /app/tighten/run/small HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
            assertThat(client.readResponse().field("Keep-Alive")).hasValue("max=2");
            client.expectFin();
        }
    }

    @Test
    void theApplicationCloses() throws Exception {
        for (String path : List.of(
                "/rules/closing/small", "/rules/closing/resetThenSmall", "/rules/run/error503", "/hop/run/close")) {
            try (var client = connect()) {
                assertThat(get(client, path).fields("Connection")).containsExactly("close");
                client.expectFin();
            }
        }
    }

    @Test
    void anHttp10ConnectionIsKept() throws Exception {
        try (var client = connect()) {
            for (int i = 0; i < 3; i++) {
                client.send("GET /app/length/run/large HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                RawResponse response = client.readResponse();
                assertThat(response.field("Content-Length")).hasValue("100000");
                assertThat(response.field("Connection")).hasValue("keep-alive");
            }
        }
    }

    /** By the connector; the filter stands back. */
    @Test
    void anEarlyAnswerSurvivesTheUpload() throws Exception {
        for (String scenario : List.of("refuse", "refuseByError", "refuseByException", "refuseLarge")) {
            try (var client = connect()) {
                int size = 20 * 1024 * 1024;
                assertThat(UnreadBodyWireTest.upload(client, "/app/unread/run/" + scenario, size))
                        .isTrue();
                assertThat(client.readResponse().complete()).isTrue();
            }
        }
    }
}
