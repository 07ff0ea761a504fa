package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.testing.RawResponse;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The filters that have to do with fields and attributes, on the wire. */
@ExtendWith(RealWar.class)
class ConnectionFieldsWireTest {
    private static RawResponse get(Container container, String path, String... fields) throws Exception {
        try (var client = RealWar.connect(container)) {
            String lines = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
            client.send("GET /app" + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n");
            return client.readResponse();
        }
    }

    private static void expectClose(Container container, String path) throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send("GET /app" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.readResponse().field("Connection")).hasValue("close");
            client.expectFin();
        }
    }

    private static void expectPersistence(Container container, String path) throws Exception {
        try (var client = RealWar.connect(container)) {
            for (int i = 0; i < 2; i++) {
                client.send("GET /app" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.readResponse().field("Connection")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRuleClosesByPath(Container container) throws Exception {
        expectClose(container, "/rules/closing/small");
        expectPersistence(container, "/rules/run/small");
    }

    @ParameterizedTest
    @EnumSource
    void aRuleSurvivesAReset(Container container) throws Exception {
        expectClose(container, "/rules/closing/resetThenSmall");
    }

    @ParameterizedTest
    @EnumSource
    void aRuleClosesByStatus(Container container) throws Exception {
        expectClose(container, "/rules/run/status503");
        expectClose(container, "/rules/run/error503");
        expectClose(container, "/rules/run/exception");
        expectClose(container, "/rules/run/redirect303");
        expectPersistence(container, "/rules/run/error");
    }

    /** What an included resource sets has no effect, so it closes nothing either. */
    @ParameterizedTest
    @EnumSource
    void anIncludedResourceClosesNothing(Container container) throws Exception {
        assertThat(get(container, "/rules/run/includeError503").body()).isEqualTo("AB");
        expectPersistence(container, "/rules/run/includeError503");
        expectPersistence(container, "/hop/run/includeClose");
    }

    @ParameterizedTest
    @EnumSource
    void whatOnlyTheConnectorCanDoIsPassedOn(Container container) throws Exception {
        RawResponse response = get(container, "/tighten/run/attributes");
        assertThat(response.body().lines()).contains("maxRequests=Integer:3", "keepAliveTimeout=Long:1500");
        expectPersistence(container, "/tighten/run/small");
    }

    /** The last word before the commit counts, as without the filter. */
    @ParameterizedTest
    @MethodSource("changesOfMind")
    void anApplicationMayTakeACloseBack(Container container, String scenario) throws Exception {
        assertThat(closes(container, "/hop/run/" + scenario)).isEqualTo(closes(container, "/plain/run/" + scenario));
    }

    static Stream<Arguments> changesOfMind() {
        return ContentLengthWireTest.everywhere(List.of(
                "closeTakenBack", "closeRemoved", "closeThenReset", "closeTakenBackAndMadeAgain", "closeThenAdded"));
    }

    private static boolean closes(Container container, String path) throws Exception {
        try (var client = RealWar.connect(container)) {
            String request = "GET /app" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
            RawResponse response = client.send(request).readResponse();
            boolean closes = response.fields("Connection").stream().anyMatch(value -> value.contains("close"));
            if (closes) {
                client.expectFin();
            } else {
                assertThat(client.send(request).readResponse().body()).isEqualTo("ok");
            }
            return closes;
        }
    }

    /** A rule of {@link KeepAliveFilter} is not the application's to take back. */
    @ParameterizedTest
    @EnumSource
    void aRuleIsNotTakenBack(Container container) throws Exception {
        expectClose(container, "/rules/closing/closeTakenBack");
    }

    /** The container's own request comes to an asynchronous dispatch, and to an error page. */
    @ParameterizedTest
    @EnumSource
    void connectionFieldsAreHiddenInEveryDispatch(Container container) throws Exception {
        for (String scenario : List.of("asyncFields", "fieldsOfErrorPage")) {
            RawResponse response = get(
                    container,
                    "/hop/run/" + scenario,
                    "Connection: TE, Upgrade",
                    "Upgrade: foo",
                    "TE: trailers",
                    "Keep-Alive: timeout=5",
                    "Accept: */*");
            assertThat(response.body()).isEqualTo("accept=*/*\nhost=localhost\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionFieldsAreHidden(Container container) throws Exception {
        RawResponse response = get(
                container,
                "/hop/run/fields",
                "Connection: TE, X-Mine",
                "TE: trailers",
                "Keep-Alive: timeout=5",
                "X-Mine: 1",
                "Accept: */*");
        assertThat(response.body()).isEqualTo("accept=*/*\nhost=localhost\nx-mine=1\n");
    }

    @ParameterizedTest
    @EnumSource
    void connectionFieldsAreDropped(Container container) throws Exception {
        RawResponse response = get(container, "/hop/run/setFields");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.field("X-Mine")).hasValue("yes");
        assertThat(response.fields().stream().map(field -> field.getKey().toLowerCase(Locale.ROOT)))
                .doesNotContain("connection", "keep-alive", "proxy-connection", "upgrade", "transfer-encoding");
    }

    @ParameterizedTest
    @EnumSource
    void anApplicationMayClose(Container container) throws Exception {
        expectClose(container, "/hop/run/close");
    }

    @ParameterizedTest
    @EnumSource
    void theConnectionIsIdentified(Container container) throws Exception {
        try (var client = RealWar.connect(container);
                var other = RealWar.connect(container)) {
            String request = "GET /app/info/run/attributes HTTP/1.1\r\nHost: localhost\r\n\r\n";
            String first = connectionId(client.send(request).readResponse());
            assertThat(first).matches("connectionId=String:\\S+");
            assertThat(connectionId(client.send(request).readResponse())).isEqualTo(first);
            assertThat(connectionId(other.send(request).readResponse())).isNotEqualTo(first);
        }
    }

    private static String connectionId(RawResponse response) {
        return response.body()
                .lines()
                .filter(line -> line.startsWith("connectionId="))
                .findFirst()
                .orElseThrow();
    }
}
