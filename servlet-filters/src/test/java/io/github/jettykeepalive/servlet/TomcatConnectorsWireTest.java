package io.github.jettykeepalive.servlet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The filters behind connectors of Tomcat that are not its default one. */
@ExtendWith(RealWar.class)
class TomcatConnectorsWireTest {
    private static final String NIO2 = "org.apache.coyote.http11.Http11Nio2Protocol";
    private static final int SIZE = 20 * 1024 * 1024;

    private static RawClient refused(int port, String folder, String scenario, int size) throws Exception {
        return RawClient.connect(port)
                .send("POST /app/" + folder + "/run/" + scenario + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                        + size + "\r\n\r\n1");
    }

    /** The connector has two threads. A client that stalls is answered, and none of the threads waits for it then. */
    @ParameterizedTest
    @EnumSource(names = {"TOMCAT_11", "TOMCAT_10_1"})
    void stalledUploadsTakeNoThreadsOfNio2(Container container) throws Exception {
        int port = RealWar.addConnector(container, NIO2, Map.of("maxThreads", "2"));
        var clients = new ArrayList<RawClient>();
        try {
            for (String scenario : new String[] {"refuseByError", "refuse", "refuseAndClose", "refuseByErrorPage"}) {
                clients.add(refused(port, "unreadDefault", scenario, SIZE));
            }
            for (RawClient client : clients) {
                assertThat(client.readResponse().status()).isIn(413, 418);
            }
            try (var client = RawClient.connect(port).patience(Duration.ofSeconds(30))) {
                client.send("GET /app/plain/run/small HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    /** A client that has not been asked for its content gets the refusal in its place. */
    @ParameterizedTest
    @EnumSource(names = {"TOMCAT_11", "TOMCAT_10_1"})
    void aClientIsNotAskedForContentThatNobodyWants(Container container) throws Exception {
        int port = RealWar.addConnector(
                container, "org.apache.coyote.http11.Http11NioProtocol", Map.of("continueResponseTiming", "onRead"));
        for (String scenario : new String[] {"refuseByError", "refuse", "refuseAndClose", "refuseAfterParts"}) {
            try (var client = RawClient.connect(port)) {
                client.send("POST /app/unreadNoParts/run/" + scenario
                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: "
                        + SIZE + "\r\nExpect: 100-continue\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(413);
            }
        }
    }

    /**
     * The connection is that of a server in front, which sends content when it is asked for it. Nobody asks for that of a
     * refused request, and no filter adds a field about the connection.
     */
    @ParameterizedTest
    @EnumSource(names = {"TOMCAT_11", "TOMCAT_10_1"})
    void thereIsNoConnectionOfTheClientsOnAjp(Container container) throws Exception {
        int port = RealWar.addConnector(
                container, "org.apache.coyote.ajp.AjpNioProtocol", Map.of("secretRequired", "false"));
        for (String path : new String[] {"/app/unreadDefault/run/refuseByError", "/app/rules/closing/refuse"}) {
            try (var client = RawClient.connect(port)) {
                client.send(AjpPackets.post(path, SIZE)).send(AjpPackets.content(new byte[8184]));
                String answer = client.readToEof().text();
                assertThat(answer)
                        .startsWith("AB")
                        .contains("413")
                        .doesNotContain("Connection")
                        .endsWith("AB\0\2\5\1");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TOMCAT_11", "TOMCAT_10_1"})
    void aRefusalSurvivesTheUploadOnNio2(Container container) throws Exception {
        int port = RealWar.addConnector(container, NIO2, Map.of());
        for (String scenario : new String[] {"refuseByError", "refuse", "refuseAndClose"}) {
            try (var client = RawClient.connect(port)) {
                assertThat(UnreadBodyWireTest.upload(client, "/app/unread/run/" + scenario, SIZE))
                        .isTrue();
                assertThat(client.readResponse().status()).isEqualTo(413);
            }
        }
    }

    /** This filter could not read on after the response, but Tomcat does so by itself. */
    @ParameterizedTest
    @EnumSource(names = {"TOMCAT_11", "TOMCAT_10_1"})
    void whatNio2ReadsByItselfIsLeftToIt(Container container) throws Exception {
        int port = RealWar.addConnector(container, NIO2, Map.of());
        byte[] rest = "x".repeat(2 * 1024 * 1024 - 1).getBytes(US_ASCII);
        try (var client = refused(port, "unreadHasty", "refuseByError", rest.length + 1)) {
            assertThat(client.isAnythingToCome()).isTrue();
            assertThat(client.sendInBackground(out -> out.write(rest))
                            .get(30, TimeUnit.SECONDS)
                            .complete())
                    .isTrue();
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.complete()).isTrue();
        }
    }
}
