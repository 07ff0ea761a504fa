package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where {@link UnreadBodyFilter} has a hand in a refusal, and must not be seen. */
@ExtendWith(RealWar.class)
class RefusalAsWithoutTheFilterWireTest {
    private static final String FORM = "name=alice";

    private static RawResponse post(Container container, String folder, String scenario) throws Exception {
        try (var client = RealWar.connect(container).patience(Duration.ofSeconds(5))) {
            client.send("POST /app/" + folder + "/run/" + scenario + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                    + FORM.length() + "\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n" + FORM);
            return client.readResponse();
        }
    }

    private static Stream<Arguments> everywhere(String... scenarios) {
        return ContentLengthWireTest.everywhere(List.of(scenarios));
    }

    static Stream<Arguments> announcedLengths() {
        return everywhere(
                "refuseWithLength",
                "refuseWithLengthAndFlush",
                "refuseWithLengthAndFlushStream",
                "refuseWithLengthByWriter",
                "refuseWithLargeLength",
                "refuseAndShowLength");
    }

    /** Tomcat 11 closes a response of announced length by itself. */
    @ParameterizedTest
    @MethodSource("announcedLengths")
    void anAnnouncedLengthIsSent(Container container, String scenario) throws Exception {
        RawResponse plain = post(container, "plain", scenario);
        RawResponse filtered = post(container, "unread", scenario);
        assertThat(filtered.fields("Content-Length")).isNotEmpty().isEqualTo(plain.fields("Content-Length"));
        assertThat(filtered.fields("X-Length")).isEqualTo(plain.fields("X-Length"));
        assertThat(filtered.framing()).isEqualTo(plain.framing());
        assertThat(filtered.body()).isEqualTo(plain.body());
        assertThat(filtered.complete()).isTrue();
    }

    static Stream<Arguments> deedsAfterAFullResponse() {
        return everywhere(
                "sendError",
                "sendErrorWithMessage",
                "sendRedirect",
                "reset",
                "resetBuffer",
                "setBufferSize",
                "setStatus",
                "setHeader",
                "setContentLength",
                "setContentType",
                "flushBuffer",
                "flush",
                "close",
                "write",
                "getWriter",
                "getHeader",
                "containsHeader",
                "isCommitted");
    }

    /** Tomcat 11 has closed a response by then that is as long as announced; the others have not. */
    @ParameterizedTest
    @MethodSource("deedsAfterAFullResponse")
    void aFullResponseIsWhatTheContainerMakesOfIt(Container container, String deed) throws Exception {
        RawResponse plain = post(container, "plain", "refuseFullThen?" + deed);
        String happened = whatHappened(container);
        RawResponse filtered = post(container, "unread", "refuseFullThen?" + deed);
        assertThat(whatHappened(container)).isEqualTo(happened);
        assertThat(filtered.status()).isEqualTo(plain.status());
        assertThat(filtered.body()).isEqualTo(plain.body());
        assertThat(filtered.field("X-Late")).isEqualTo(plain.field("X-Late"));
        assertThat(filtered.fields("Content-Length")).isEqualTo(plain.fields("Content-Length"));
    }

    private static String whatHappened(Container container) throws Exception {
        try (var client = RealWar.connect(container)) {
            return client.send("GET /app/plain/run/whatHappened HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .readResponse()
                    .body();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFullResponseIsNotReplacedByAnError(Container container) throws Exception {
        assertThat(post(container, "unread", "refuseFullUnlessCommitted").status())
                .isEqualTo(post(container, "plain", "refuseFullUnlessCommitted").status());
    }

    /** The container has parsed the form, and there is nothing to discard. */
    @ParameterizedTest
    @EnumSource
    void anErrorPageMayAskForTheReaderOfAFormThatWasParsed(Container container) throws Exception {
        RawResponse plain = post(container, "plain", "formThenRefuseToReaderPage");
        RawResponse filtered = post(container, "unread", "formThenRefuseToReaderPage");
        assertThat(filtered.status()).isEqualTo(plain.status());
        assertThat(filtered.body()).isEqualTo(plain.body());
    }

    /** A client must see that something is missing. */
    @ParameterizedTest
    @EnumSource(names = {"TOMCAT_11", "TOMCAT_10_1"})
    void aBodyThatIsCutOffIsIncomplete(Container container) throws Exception {
        for (String folder : List.of("plain", "unread")) {
            try (var client = RealWar.connect(container)) {
                client.send("POST /app/" + folder + "/run/refuseCutOff HTTP/1.1\r\nHost: localhost\r\n"
                        + "Connection: close\r\nContent-Length: 1\r\n\r\n1");
                assertThat(client.readToEof().text())
                        .contains("Content-Length: 50000")
                        .doesNotContain("chunked");
            }
        }
    }

    /** Tomcat has all of it in its buffer, of which the application has read one byte. */
    @ParameterizedTest
    @EnumSource
    void anErrorHasItsPageThoughAllOfTheContentHasCome(Container container) throws Exception {
        for (String folder : List.of("unread", "unreadDefault")) {
            assertThat(post(container, folder, "readThenRefuseByError").body()).isNotEmpty();
        }
    }

    static Stream<Arguments> sessions() {
        return everywhere("refuseThenSession", "refuseCloseThenSession");
    }

    /** A closed response takes no cookie. */
    @ParameterizedTest
    @MethodSource("sessions")
    void aClosedResponseStartsNoSession(Container container, String scenario) throws Exception {
        assertThat(post(container, "unread", scenario).field("Set-Cookie").isPresent())
                .isEqualTo(
                        post(container, "plain", scenario).field("Set-Cookie").isPresent());
    }

    /** Tomcat's error pages may read what the application has not. */
    @ParameterizedTest
    @EnumSource(names = {"TOMCAT_11", "TOMCAT_10_1"})
    void anErrorPageFindsTheContentOfASmallRequest(Container container) throws Exception {
        for (String folder : List.of("plain", "unreadDefault")) {
            assertThat(post(container, folder, "refuseToFormPage").body()).isEqualTo("alice");
            assertThat(post(container, folder, "refuseToReaderPage").body()).isEqualTo("name=alice");
        }
    }

    /** The application works on, and the client has its response. */
    @ParameterizedTest
    @EnumSource
    void aClosedResponseThatIsFlushedIsSent(Container container) throws Exception {
        RealWar.port(container);
        try (var client = RealWar.connect(container).patience(Duration.ofSeconds(10))) {
            client.send("POST /app/unread/run/refuseCloseAndFlush HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Length: 99999\r\n\r\n1");
            assertThat(client.readResponse().body()).isEqualTo("too much");
        } finally {
            try (var client = RealWar.connect(container)) {
                client.send("GET /app/plain/run/endFlushed HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .readResponse();
            }
        }
    }

    /** Tomcat keeps a response and its buffer for the next request, whoever asks. */
    @ParameterizedTest
    @EnumSource
    void aLargerBufferIsNotForLaterRequests(Container container) throws Exception {
        try (var client = RealWar.connect(container)) {
            String before = bufferSize(client, "plain", "HTTP/1.1\r\nHost: localhost");
            String during = bufferSize(client, "lengthDefault", "HTTP/1.0\r\nConnection: keep-alive");
            assertThat(during).isNotEqualTo(before);
            assertThat(bufferSize(client, "plain", "HTTP/1.1\r\nHost: localhost"))
                    .isEqualTo(before);
        }
    }

    private static String bufferSize(RawClient client, String folder, String rest) throws Exception {
        return client.send("GET /app/" + folder + "/run/bufferSize " + rest + "\r\n\r\n")
                .readResponse()
                .body();
    }
}
