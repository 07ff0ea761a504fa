package io.github.jettykeepalive.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Servers that run out of files or memory, and those who see to it that they do. */
@EnabledOnOs(OS.LINUX)
@Timeout(600)
class ScarcityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ABANDONED = Effort.of(1000, 10_000);
    private static final int FILES = 300;

    private final List<RawClient> peers = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (RawClient peer : peers) {
            peer.close();
        }
    }

    private static String get(String id) {
        return "GET /" + id + "/read HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private RawClient connect(ServerProcess server) throws Exception {
        RawClient peer = RawClient.connect(server.port());
        peers.add(peer);
        return peer;
    }

    /** Some never say a word, some stop in a header, some have been answered; none ever closes. */
    @Test
    void openedAndAbandoned() throws Exception {
        try (var server = new ServerProcess(20_000, "256m", "0", "10000", "3000")) {
            try (var good = new GoodClient(server.port(), true, 10_000)) {
                for (int i = 0; i < ABANDONED; i++) {
                    connect(server).send(i % 3 == 0 ? "" : i % 3 == 1 ? "GET / HTT" : get("" + i));
                }
                for (RawClient peer : peers) {
                    peer.patience(PATIENCE).readToEof();
                }
            }
        }
    }

    /** More connections than files: Jetty cannot accept; those it has are served, and when the idle have gone, all are. */
    @Test
    void outOfFiles() throws Exception {
        try (var server = new ServerProcess(FILES, "128m", "0", "10000", "2000")) {
            try (var good = new GoodClient(server.port(), false, 5000)) {
                Eventually.await(PATIENCE, "it is served", good::answered, answered -> answered > 0);
                for (int i = 0; i < FILES + 100; i++) {
                    connect(server);
                }
                Eventually.await(
                        PATIENCE,
                        "the limit is met",
                        () -> server.output(line -> line.contains("Accept Failure")),
                        failures -> !failures.isEmpty());
                int before = good.answered();
                Eventually.await(PATIENCE, "it still is", good::answered, answered -> answered > before + 20);
            }
            try (var late = new GoodClient(server.port(), true, PATIENCE.toMillis())) {
                Eventually.await(PATIENCE, "others are", late::answered, answered -> answered > 20);
            }
        }
    }

    /** With {@code maxConnections} and {@code maxLingering} below the limit, idle ones make room before it is met. */
    @Test
    void shortOfFiles() throws Exception {
        try (var server = new ServerProcess(FILES, "128m", "100", "50", "20000")) {
            try (var good = new GoodClient(server.port(), true, 5000)) {
                for (int i = 0; i < FILES + 100; i++) {
                    RawClient peer = connect(server).send(get("" + i));
                    assertThat(peer.readResponse().status()).isEqualTo(200);
                }
            }
            assertThat(server.output(line -> line.contains("Accept Failure"))).isEmpty();
            leave();
        }
    }

    @Test
    void shortOfMemory() throws Exception {
        var fields = new StringBuilder("GET /fields/read HTTP/1.1\r\nHost: a\r\n");
        for (int i = 0; i < 10_000; i++) {
            fields.append("X-" + i + ": " + i + "\r\n");
        }
        var content = "x".repeat(1_000_000);
        var rude = List.of(
                fields + "\r\n",
                "GET /" + content + " HTTP/1.1\r\n\r\n",
                "POST /%d/early HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + content,
                "POST /%d/read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;" + content,
                "GET /%d/large HTTP/1.1\r\nHost: a\r\n\r\n".repeat(50));
        int waves = Effort.of(1, 20);
        try (var server = new ServerProcess(4096, "32m", "0", "10000", "1000")) {
            try (var good = new GoodClient(server.port(), true, 10_000)) {
                for (int wave = 0; wave < waves; wave++) {
                    for (int i = 0; i < 100; i++) {
                        String request = rude.get(i % rude.size()).replace("%d", wave + "-" + i);
                        connect(server).sendInBackground(out -> out.write(request.getBytes()));
                    }
                    int before = good.answered();
                    Eventually.await(PATIENCE, "it is served", good::answered, answered -> answered > before + 100);
                    leave();
                    peers.clear();
                }
            }
        }
    }
}
