package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.util.Jetty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole exchanges with Jetty's own HTTP connection, on its connector without a socket: what each response says, to the byte. */
class ExchangeTest {
    private static final String KEEP = "Connection: keep-alive\r\n";

    private final LocalServer local = new LocalServer();

    @AfterEach
    void stop() throws Exception {
        local.close();
    }

    private LocalServer start(Consumer<KeepAliveConnectionFactory> settings) throws Exception {
        return local.start(settings);
    }

    private static String get(String path, String version, String fields) {
        return "GET " + path + " HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n";
    }

    private void assertEnded(CloseReason reason) {
        Eventually.await(Duration.ofSeconds(10), "it has ended", local.factory.getLedger()::getOpen, open -> open == 0);
        assertThat(local.factory.getLedger().getClosesByReason()).containsOnlyKeys(reason.key());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1.1 | ''                                             | ''
            1.1 | Connection: keep-alive                         | Connection: keep-alive; Keep-Alive: timeout=29, max=9
            1.1 | Connection: close                              | Connection: close
            1.1 | Connection: Keep-Alive, close                  | Connection: close
            1.0 | ''                                             | Connection: close
            1.0 | Connection: keep-alive                         | Connection: keep-alive; Keep-Alive: timeout=29, max=9
            1.0 | Connection: keep-alive~Via: 1.0 a              | Connection: close
            1.0 | Connection: keep-alive~Proxy-Connection: a     | Connection: close
            1.1 | Connection: keep-alive~Keep-Alive: timeout=5   | Connection: keep-alive; Keep-Alive: timeout=4, max=9
            1.1 | Connection: keep-alive~Keep-Alive: timeout=0   | Connection: keep-alive; Keep-Alive: timeout=29, max=9
            1.1 | Connection: keep-alive~Keep-Alive: timeout=99  | Connection: keep-alive; Keep-Alive: timeout=29, max=9
            1.1 | Connection: keep-alive~Keep-Alive: max=3       | Connection: keep-alive; Keep-Alive: timeout=29, max=3
            1.1 | User-Agent: old~Connection: keep-alive         | Connection: close
            1.1 | User-Agent: old~Via: 1.1 a                     | ''
            """)
    void saysWhatBecomesOfTheConnection(String version, String fields, String says) throws Exception {
        String lines = fields.isEmpty() ? "" : fields.replace("~", "\r\n") + "\r\n";
        String expected = "HTTP/1.1 200 OK " + (says.isEmpty() ? "" : says + "; ") + "Content-Length: 5";
        List<String> sorted = start(factory -> {
                    factory.setMaxRequests(10);
                    factory.addClientRule("^old", "NO_KEEP_ALIVE");
                })
                .ask(get("/", version, lines));
        assertThat(sorted)
                .singleElement()
                .satisfies(head ->
                        assertThat(head.split("; |(?<=OK) ")).containsExactlyInAnyOrder(expected.split("; |(?<=OK) ")));
    }

    @Test
    void clientThatIsTightIsHeldToIt() throws Exception {
        String tight = get("/", "1.1", KEEP + "Keep-Alive: max=1\r\n");
        assertThat(start(factory -> factory.setHonorClientKeepAlive(true)).ask(tight, get("/", "1.1", KEEP)))
                .last()
                .isEqualTo("HTTP/1.1 200 OK Connection: close; Content-Length: 5");
        assertEnded(CloseReason.MAX_REQUESTS);
    }

    @Test
    void clientThatIsTightMayBeIgnored() throws Exception {
        String tight = get("/", "1.1", KEEP + "Keep-Alive: timeout=5, max=1\r\n");
        assertThat(start(factory -> factory.setHonorClientKeepAlive(false)).ask(tight, tight))
                .last()
                .isEqualTo(
                        "HTTP/1.1 200 OK Connection: keep-alive; Content-Length: 5; Keep-Alive: timeout=29, max=998");
    }

    @Test
    void lastRequestOfManyIsAnsweredWithClose() throws Exception {
        String request = get("/", "1.1", "");
        assertThat(start(factory -> factory.setMaxRequests(3)).ask(request, request, request))
                .containsExactly(
                        "HTTP/1.1 200 OK Content-Length: 5",
                        "HTTP/1.1 200 OK Content-Length: 5",
                        "HTTP/1.1 200 OK Connection: close; Content-Length: 5");
        assertEnded(CloseReason.MAX_REQUESTS);
    }

    @ParameterizedTest
    @CsvSource({
        "/max, 'Connection: keep-alive; Content-Length: 5; Keep-Alive: timeout=29, max=2'",
        "/max?less, 'Connection: close; Content-Length: 5'",
        "/timeout, 'Connection: keep-alive; Content-Length: 5; Keep-Alive: timeout=6, max=999'",
        "/timeout?less, 'Connection: close; Content-Length: 5'",
        "/close, 'Connection: close; Content-Length: 5'",
        "/header, 'Connection: close; Content-Length: 5'",
        "/status, 'Connection: close'",
    })
    void applicationMayTightenTheLimits(String path, String says) throws Exception {
        assertThat(start(factory -> factory.setCloseOnStatus("204")).ask(get(path, "1.1", KEEP)))
                .singleElement()
                .satisfies(head -> assertThat(head).endsWith(says));
    }

    @Test
    void applicationIsToldOfItsConnection() throws Exception {
        String request = get("/attributes", "1.1", "");
        List<String> heads = start(factory -> factory.setMaxRequests(2)).ask(request, request);
        assertThat(heads.get(0)).contains("X-Id: true; X-Left: 1; X-Number: 1; X-Reason: null");
        assertThat(heads.get(1)).contains("X-Id: true; X-Left: 0; X-Number: 2; X-Reason: null");
        assertThat(heads.get(0)).contains("X-Age: true");
    }

    @Test
    void applicationIsToldThatThereIsNoLimit() throws Exception {
        assertThat(start(factory -> factory.setMaxRequests(0)).ask(get("/attributes", "1.1", KEEP)))
                .singleElement()
                .satisfies(head -> assertThat(head).contains("X-Left: null").contains("Keep-Alive: timeout=29;"));
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, '', 'HTTP/1.1 200 OK Transfer-Encoding: chunked'",
        "1.1, 'Connection: close', 'HTTP/1.1 200 OK Connection: close; Transfer-Encoding: chunked'",
        "1.0, 'Connection: keep-alive', 'HTTP/1.1 200 OK Connection: close'",
        "1.1, 'User-Agent: downgraded', 'HTTP/1.1 200 OK Connection: close'",
        "1.1, 'User-Agent: forced', 'HTTP/1.0 200 OK Connection: close'",
    })
    void responseOfUnknownLengthHasAnEnd(String version, String field, String head) throws Exception {
        String lines = field.isEmpty() ? "" : field + "\r\n";
        assertThat(start(factory -> {
                            factory.addClientRule("downgraded", "DOWNGRADE_1_0");
                            factory.addClientRule("forced", "FORCE_RESPONSE_1_0");
                        })
                        .ask(get("/stream", version, lines)))
                .containsExactly(head);
    }

    @Test
    void http10ClientMaySeeItsVersion() throws Exception {
        assumeInterimResponseMayBeSwallowed();
        assertThat(start(factory -> factory.setHttp10StatusLine(true))
                        .ask(get("/interim", "1.0", KEEP), get("/", "1.1", "")))
                .containsExactly(
                        "HTTP/1.0 200 OK Connection: keep-alive; Content-Length: 5; Keep-Alive: timeout=29, max=999",
                        "HTTP/1.1 200 OK Content-Length: 5");
    }

    @Test
    void transferEncodingInHttp10IsRefused() throws Exception {
        String request = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" + KEEP + "\r\n0\r\n\r\n";
        assertThat(start(factory -> {}).ask(request))
                .singleElement()
                .satisfies(head -> assertThat(head)
                        .startsWith("HTTP/1.1 400 Bad Request")
                        .contains("Connection: close")
                        .doesNotContain("Keep-Alive:"));
    }

    @Test
    void malformedRequestIsToldThatThisIsTheEnd() throws Exception {
        assertThat(start(factory -> {}).ask(get("/", "1.1", ""), "GET / HTTP/1.1\r\nBad field\r\n\r\n"))
                .last()
                .satisfies(head ->
                        assertThat(head).startsWith("HTTP/1.1 400 Bad Request").contains("Connection: close"));
    }

    @ParameterizedTest
    @CsvSource({"1.0, Connection: keep-alive", "1.1, Connection: close"})
    void expectationOfHttp10IsIgnored(String version, String says) throws Exception {
        assumeInterimResponseMayBeSwallowed();
        String request = "POST / HTTP/" + version + "\r\nHost: a\r\nExpect: 100-continue\r\n" + KEEP
                + "Content-Length: 2\r\n\r\n12";
        assertThat(start(factory -> {}).ask(request))
                .singleElement()
                .satisfies(head -> assertThat(head).startsWith("HTTP/1.1 200 OK " + says));
    }

    @ParameterizedTest
    @CsvSource({"1, Connection: close", "12, Content-Length: 5"})
    void contentThatHasNotComeIsTheEnd(String content, String says) throws Exception {
        assertThat(start(factory -> {}).ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n" + content))
                .singleElement()
                .satisfies(head -> assertThat(head).startsWith("HTTP/1.1 200 OK " + says));
    }

    @Test
    void applicationThatFailsIsAnsweredFor() throws Exception {
        try (var log = LogCapture.of("org.eclipse.jetty.server.Response")) {
            assertThat(start(factory -> {}).ask(get("/fail", "1.1", KEEP)))
                    .singleElement()
                    .satisfies(head -> assertThat(head).startsWith("HTTP/1.1 500 Server Error"));
            assertThat(log.events()).hasSize(1);
        }
    }

    @Test
    void everyResponseOfADrainSaysClose() throws Exception {
        start(factory -> {}).factory.drain(60_000);
        assertThat(local.ask(get("/", "1.1", KEEP)))
                .containsExactly("HTTP/1.1 200 OK Connection: close; Content-Length: 5");
        assertEnded(CloseReason.DRAIN);
    }

    @Test
    void stopThatComesBetweenAResponseAndItsEndIsTheReason() throws Exception {
        assertThat(start(factory -> {}).ask(get("/stop", "1.1", "")))
                .containsExactly("HTTP/1.1 200 OK Content-Length: 5");
        assertEnded(CloseReason.DRAIN);
    }

    @Test
    void fieldsThatAStreamOfTheApplicationSendsAreSent() throws Exception {
        assertThat(start(factory -> {}).ask(get("/stream-of-its-own", "1.1", "")))
                .containsExactly("HTTP/1.1 200 OK Content-Length: 5; X-Own: yes");
    }

    private static void assumeInterimResponseMayBeSwallowed() {
        assumeFalse(
                Jetty.VERSION.startsWith("12.0."),
                "there an interim response to HTTP/1.0 ends persistence, sent or swallowed");
    }
}
