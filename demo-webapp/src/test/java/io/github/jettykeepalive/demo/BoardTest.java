package io.github.jettykeepalive.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.demo.embedded.LabConfig;
import io.github.jettykeepalive.demo.embedded.LabServers;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.InstanceOfAssertFactory;
import org.assertj.core.api.ObjectArrayAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The board as its page gets it: server-sent events. */
class BoardTest {
    private LabServers servers;
    private LabClient lab;

    @BeforeEach
    void start() throws Exception {
        servers = new LabServers(LabConfig.anyPorts()).start();
        lab = new LabClient(servers.port());
    }

    @AfterEach
    void stop() throws Exception {
        servers.close();
    }

    @Test
    void aViewerGetsAllOfItAndThenWhatChanges() throws Exception {
        try (var viewer = new Viewer(servers.port())) {
            assertThat(viewer.next("full").get("rows")).asInstanceOf(OBJECTS).isNotEmpty();

            lab.post("/board/crowd?open=30");
            assertThat(viewer.await(30)).as("new rows").isTrue();

            lab.post("/board/crowd?open=0");
            assertThat(viewer.awaitGone(30)).as("gone").isTrue();
        }
    }

    @Test
    void aThousandConnectionsCostAnIdleTickNextToNothing() throws Exception {
        lab.post("/board/crowd?open=1000");
        try (var viewer = new Viewer(servers.port())) {
            viewer.next("full");
            viewer.next("delta");
            viewer.next("delta");
            // On a busy machine some of the crowd still arrive.
            for (int i = 0; viewer.size() >= 5000 && i < 10; i++) {
                viewer.next("delta");
            }

            assertThat(viewer.size()).isLessThan(5000);
            assertThat(servers.watch().census(2000).rows()).hasSizeGreaterThanOrEqualTo(1000);
        }
    }

    @Test
    void theKnobsTurn() throws Exception {
        lab.post("/board/settings?maxRequests=7&keepAliveTimeout=9000");
        var controls = servers.watch().census(10).controls();
        assertThat(controls.maxRequests()).isEqualTo(7);
        assertThat(controls.keepAliveTimeout()).isEqualTo(9000);
        assertThat(lab.get("/connection").body()).contains("\"requestsLeft\":");

        lab.post("/board/drain?spread=0");
        assertThat(lab.get("/connection").headers().firstValue("Connection")).contains("close");
        lab.post("/board/resume");
        assertThat(lab.get("/connection").headers().firstValue("Connection")).isEmpty();
    }

    @Test
    void whatAnExperimentsConnectorsCountedStays() throws Exception {
        lab.run("clients?connections=6&limit=3");

        assertThat(servers.watch().census(10).closes()).containsKey("shed");
    }

    @Test
    void stoppingTheServerDoesNotWaitForViewers() throws Exception {
        try (var viewer = new Viewer(servers.port())) {
            viewer.next("full");
            long start = System.nanoTime();
            servers.close();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(2500));
        }
    }

    private static final InstanceOfAssertFactory<Object[], ObjectArrayAssert<Object>> OBJECTS =
            InstanceOfAssertFactories.ARRAY;

    /** A page that watches. */
    private static final class Viewer implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;
        private int size;

        Viewer(int port) throws Exception {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /board/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        Map<String, Object> next(String event) throws Exception {
            String line = in.readLine();
            while (!line.equals("event: " + event)) {
                line = in.readLine();
            }
            // Long events come in several chunks, whose sizes stand between their parts.
            StringBuilder data = new StringBuilder(in.readLine());
            for (line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                data.append(line.matches("[0-9A-Fa-f]{1,8}") ? "" : line);
            }
            size = data.length();
            String text = data.toString();
            return event.equals("full") && text.length() > 30_000
                    ? Map.of()
                    : LabClient.parse(text.substring("data: ".length()));
        }

        boolean await(int rows) throws Exception {
            int seen = 0;
            for (int i = 0; i < 20 && seen < rows; i++) {
                seen += ((Object[]) next("delta").get("rows")).length;
            }
            return seen >= rows;
        }

        boolean awaitGone(int rows) throws Exception {
            int seen = 0;
            for (int i = 0; i < 20 && seen < rows; i++) {
                seen += ((Object[]) next("delta").get("gone")).length;
            }
            return seen >= rows;
        }

        int size() {
            return size;
        }

        @Override
        public void close() throws Exception {
            socket.close();
        }
    }
}
