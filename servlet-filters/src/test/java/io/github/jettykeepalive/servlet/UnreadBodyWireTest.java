package io.github.jettykeepalive.servlet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.testing.End;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.Upload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@link UnreadBodyFilter} on the wire, with a client that writes all of its request before it reads a byte, as many
 * do. Without the filter most of these answers are lost: {@link UnreadBodyMeasurement} says how many.
 */
@ExtendWith(RealWar.class)
class UnreadBodyWireTest {
    private static final int SIZE = 20 * 1024 * 1024;

    static Stream<Arguments> everyEarlyAnswer() {
        List<String> scenarios = List.of(
                "run/refuse",
                "run/refuseByWriter",
                "run/refuseByError",
                "run/refuseByErrorPage",
                "run/refuseByRedirect",
                "run/refuseByForward",
                "run/refuseLate",
                "run/refuseByForwardToError",
                "run/refuseLarge",
                "run/refuseAndClose",
                "run/refuseAndFlush",
                "run/refuseByStreamWriter",
                "run/refuseWithLength",
                "run/refuseSilently");
        return Stream.of(Container.values())
                .flatMap(container -> scenarios.stream()
                        .flatMap(scenario -> Stream.of("unread", "unreadBlocking")
                                .map(folder -> Arguments.of(container, "/app/" + folder + "/" + scenario))));
    }

    @ParameterizedTest
    @MethodSource("everyEarlyAnswer")
    void anEarlyAnswerSurvivesTheUpload(Container container, String path) throws Exception {
        try (var client = RealWar.connect(container)) {
            assertThat(upload(client, path, SIZE)).isTrue();
            RawResponse response = client.readResponse();
            assertThat(response.status()).isIn(302, 413, 418);
            assertThat(response.complete()).isTrue();
        }
    }

    /** A body of a kind that does not tell its size. */
    @ParameterizedTest
    @EnumSource
    void anEarlyAnswerSurvivesAChunkedUpload(Container container) throws Exception {
        for (String scenario : List.of("refuse", "refuseByError", "refuseSilently")) {
            try (var client = RealWar.connect(container)) {
                assertThat(uploadChunked(client, "/app/unread/run/" + scenario)).isTrue();
                assertThat(client.readResponse().status()).isEqualTo(413);
            }
        }
    }

    /** Neither an interim response ends the request, nor does a container begin with parts that it is not to parse. */
    @ParameterizedTest
    @EnumSource
    void aRefusalSurvivesWhatLeavesTheContentAlone(Container container) throws Exception {
        for (String scenario : List.of("refuseAfterInterim", "refuseAfterParts", "refuseAfterParameter")) {
            try (var client = RealWar.connect(container)) {
                client.send("POST /app/unreadNoParts/run/" + scenario
                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: "
                        + SIZE + "\r\n\r\n");
                assertThat(client.sendInBackground(SIZE)
                                .get(30, TimeUnit.SECONDS)
                                .complete())
                        .isTrue();
                RawResponse response = client.readResponse();
                assertThat(response.status() == 103 ? client.readResponse().status() : response.status())
                        .isEqualTo(413);
            }
        }
    }

    /** Jetty asks for nothing when it has no configuration for parts. */
    @ParameterizedTest
    @EnumSource(names = {"JETTY_EE11", "JETTY_EE10"})
    void anExpectationIsAnsweredByTheRefusalOfParts(Container container) throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send(
                    "POST /app/unreadNoParts/run/refuseAfterParts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
                            + "Content-Type: multipart/form-data; boundary=b\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(413);
        }
    }

    /** The announced length is there again when an included resource sends what has been written so far. */
    @ParameterizedTest
    @EnumSource
    void anIncludedResourceCanSendTheRest(Container container) throws Exception {
        RawResponse response = post(container, "/app/unread/run/refuseAndInclude", "name=value");
        assertThat(response.field("Content-Length")).hasValue("8");
        assertThat(response.body()).isEqualTo("too much");
        assertThat(response.complete()).isTrue();
    }

    /** Jetty describes an error at once, Tomcat when it makes the page. */
    @ParameterizedTest
    @EnumSource
    void anErrorThatIsHeldIsDescribedAsWithoutTheFilter(Container container) throws Exception {
        assertThat(described(container, "unread")).isEqualTo(described(container, "plain"));
    }

    private static String described(Container container, String folder) throws Exception {
        post(container, "/app/" + folder + "/run/refuseAndDescribe", "name=value");
        try (var client = RealWar.connect(container)) {
            client.send("GET /app/plain/run/whatHappened HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return client.readResponse().body().replace("/" + folder + "/", "/");
        }
    }

    static Stream<Arguments> formsThatNobodyParses() {
        return ContentLengthWireTest.everywhere(List.of(
                        "POST multipart/form-data; boundary=b",
                        "PATCH application/x-www-form-urlencoded",
                        "DELETE application/x-www-form-urlencoded"))
                .flatMap(form -> Stream.of("forbidByParameter", "forbidByParameterWithBody")
                        .map(scenario -> Arguments.of(form.get()[0], form.get()[1], scenario)));
    }

    /** A parameter is asked for, and found in the query: the container leaves the content alone. */
    @ParameterizedTest
    @MethodSource("formsThatNobodyParses")
    void aRefusalSurvivesAFormThatNobodyParsed(Container container, String form, String scenario) throws Exception {
        String[] methodAndType = form.split(" ", 2);
        try (var client = RealWar.connect(container)) {
            client.send(methodAndType[0] + " /app/unreadNoParts/run/" + scenario
                    + "?token=bad HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + methodAndType[1]
                    + "\r\nContent-Length: " + SIZE + "\r\n\r\n");
            assertThat(client.sendInBackground(SIZE).get(30, TimeUnit.SECONDS).complete())
                    .isTrue();
            assertThat(client.readResponse().status()).isEqualTo(403);
        }
    }

    /** The content of a refusal was read to its end; the connector closes rather than wait for it. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "KEEP_ALIVE")
    void theConnectionCanBeUsedAgain(Container container) throws Exception {
        try (var client = RealWar.connect(container)) {
            for (String scenario : List.of("refuseByRedirect", "refuseByErrorPage", "refuseByRedirect", "readAll")) {
                client.send("POST /app/unread/run/" + scenario
                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1234");
                client.send("56789");
                assertThat(client.readResponse().status()).isIn(200, 302, 418);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyScenario")
    void answersTheSameAsWithoutTheFilter(Container container, String scenario) throws Exception {
        assertThat(Essence.of(post(container, "/app/unread/run/" + scenario, "name=value")))
                .isEqualTo(Essence.of(post(container, "/app/plain/run/" + scenario, "name=value")));
    }

    private static RawResponse post(Container container, String path, String body) throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                    + "\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n" + body);
            return client.readResponse();
        }
    }

    static Stream<Arguments> everyScenario() {
        var scenarios = new ArrayList<>(ContentLengthWireTest.SCENARIOS);
        scenarios.addAll(List.of("readAll", "readExactly", "form", "refuseByException"));
        return ContentLengthWireTest.everywhere(scenarios);
    }

    @ParameterizedTest
    @EnumSource
    void applicationAndClientMayTalk(Container container) throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send("POST /app/unread/run/talk HTTP/1.0\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n");
            client.send("a");
            readPast(client, "\r\n\r\na");
            client.send("b");
            assertThat(client.read(1)).isEqualTo("b");
            client.send("c");
            assertThat(client.read(1)).isEqualTo("c");
        }
    }

    /** The answer tells where it ends, so nobody waits for anybody. */
    @ParameterizedTest
    @EnumSource(names = {"JETTY_EE11", "JETTY_EE10"})
    void aClientThatLooksGetsTheAnswerAtOnce(Container container) throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send("POST /app/unread/run/refuse HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1");
            assertThat(client.readResponse().complete()).isTrue();
        }
    }

    /** A client that expects to be asked is not asked for a body that nobody wants. */
    @ParameterizedTest
    @EnumSource(names = {"JETTY_EE11", "JETTY_EE10"})
    void anExpectationIsAnsweredByTheRefusal(Container container) throws Exception {
        for (String scenario : List.of("refuse", "refuseByError", "refuseSilently", "refuseByRedirect")) {
            try (var client = RealWar.connect(container)) {
                client.send("POST /app/unread/run/" + scenario + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
                        + "Expect: 100-continue\r\n\r\n");
                assertThat(client.readResponse().status()).isIn(302, 413);
            }
        }
    }

    /** Nothing comes, and the time that the filter grants runs out: the request ends all the same. */
    @ParameterizedTest
    @EnumSource
    void aStalledUploadEndsInTime(Container container) throws Exception {
        try (var first = stalled(container, "refuse");
                var second = stalled(container, "refuseByError")) {
            for (RawClient client : List.of(first, second)) {
                assertThat(client.readResponse().status()).isEqualTo(413);
            }
            for (RawClient client : List.of(first, second)) {
                // Tomcat waits for its connectionTimeout, Jetty for its idle timeout, as they do without the filter.
                assertThat(client.patience(Duration.ofSeconds(60)).readToEof().end())
                        .isNotEqualTo(End.TIMEOUT);
            }
        }
    }

    private static RawClient stalled(Container container, String scenario) throws Exception {
        return RealWar.connect(container)
                .send("POST /app/unreadLittle/run/" + scenario
                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\n1");
    }

    /** More than the filter is willing to read: it does not begin, and the answer takes its chance, as without it. */
    @ParameterizedTest
    @EnumSource
    void aHopelessUploadIsAnsweredAtOnce(Container container) throws Exception {
        for (String scenario : List.of("refuse", "refuseByError")) {
            try (var client = RealWar.connect(container)) {
                client.send("POST /app/unreadLittle/run/" + scenario
                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n1");
                assertThat(client.readResponse().status()).isEqualTo(413);
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

    /** Sends all of it, and tells whether that was possible. */
    static boolean upload(RawClient client, String path, int size) {
        Upload.Writer body = Upload.bytes(size);
        return send(client, path, "Content-Length: " + size, body);
    }

    private static boolean uploadChunked(RawClient client, String path) {
        byte[] chunk = ("400\r\n" + "x".repeat(1024) + "\r\n").getBytes(US_ASCII);
        return send(client, path, "Transfer-Encoding: chunked", out -> {
            for (int i = 0; i < SIZE / 1024; i++) {
                out.write(chunk);
            }
            out.write("0\r\n\r\n".getBytes(US_ASCII));
        });
    }

    private static boolean send(RawClient client, String path, String framing, Upload.Writer body) {
        String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + framing + "\r\n\r\n";
        return client.sendInBackground(out -> {
                    out.write(head.getBytes(US_ASCII));
                    body.writeTo(out);
                })
                .orTimeout(20, TimeUnit.SECONDS)
                .join()
                .complete();
    }
}
