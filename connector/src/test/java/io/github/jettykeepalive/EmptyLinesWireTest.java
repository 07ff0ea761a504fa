package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 section 2.2: an empty line begins no request. Nobody is told that it came too late, or waits for the rest of it. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class EmptyLinesWireTest {
    @Parameter
    private Wire wire;

    private static final List<String> LINES = List.of("CR", "LF", "CRLF", "LFLF", "CRLFCR", "CRLFCRLFCRLFCRLF");

    /** One for each kind of lines. */
    private static List<RawClient> connect(Rig rig) throws IOException {
        var clients = new ArrayList<RawClient>();
        for (int i = 0; i < LINES.size(); i++) {
            clients.add(rig.connect());
        }
        return clients;
    }

    private static void sendLines(List<RawClient> clients) throws IOException {
        for (int i = 0; i < LINES.size(); i++) {
            clients.get(i).send(lines(LINES.get(i))).awaitRead();
        }
    }

    private static void expectIdleEnds(Rig rig, List<RawClient> clients) throws IOException {
        for (RawClient client : clients) {
            client.expectFin();
            client.halfClose();
        }
        rig.expectCloses(Map.of(CloseReason.IDLE, (long) LINES.size()));
        for (RawClient client : clients) {
            client.close();
        }
    }

    private static String lines(String names) {
        return names.replace("CR", "\r").replace("LF", "\n");
    }

    /** What ends the connection is the end of its idle time, not of a header's, and no 408 goes out. */
    @Test
    void behindAResponseTheConnectionIsIdle() throws Exception {
        try (var rig = Rig.start(wire, factory -> factory.setKeepAliveTimeout(3000), Rig::hello)) {
            List<RawClient> clients = connect(rig);
            for (RawClient client : clients) {
                assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
            }
            sendLines(clients);
            assertThat(rig.ledger().count(Phase.IDLE)).isEqualTo(LINES.size());
            expectIdleEnds(rig, clients);
        }
    }

    /** The same if they come with the request before. */
    @ParameterizedTest
    @ValueSource(strings = {"CR", "LF", "CRLF", "LFLF", "CRLFCR", "CRLFCRLFCRLFCRLF"})
    void behindARequestTheConnectionIsIdle(String names) throws Exception {
        try (var rig = Rig.start(wire, factory -> factory.setRequestHeaderTimeout(300), Rig::hello);
                var client = rig.connect()) {
            assertThat(client.send(get() + lines(names)).readResponse().status())
                    .isEqualTo(200);
            Eventually.await(Rig.PATIENCE, "it is idle", () -> rig.ledger().count(Phase.IDLE), idle -> idle == 1);
            try (var neighbour = rig.connect()) {
                assertThat(neighbour.send("GET").readResponse().status()).isEqualTo(408);
            }
            assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void onANewConnectionNothingHasBegun() throws Exception {
        Consumer<KeepAliveConnectionFactory> patient = factory -> factory.setLingerIdleTimeout(30_000);
        try (var rig = Rig.start(wire, patient, builder -> builder.idleTimeout(Duration.ofMillis(1500)), Rig::hello)) {
            List<RawClient> clients = connect(rig);
            sendLines(clients);
            expectIdleEnds(rig, clients);
        }
    }

    /** And what follows is served, in whatever pieces it comes. */
    @ParameterizedTest
    @ValueSource(strings = {"LF", "CRLF", "CRLFCRLF"})
    void aRequestBehindThemIsServed(String names) throws Exception {
        try (var rig = Rig.start(wire, Rig::hello);
                var client = rig.connect()) {
            for (int i = 0; i < 3; i++) {
                client.send(lines(names)).awaitRead();
                client.send(lines(names) + "GET / HT").awaitRead();
                assertThat(rig.ledger().count(Phase.READING)).isOne();
                client.send(get().substring("GET / HT".length()));
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
        }
    }

    /** A connection that has only that behind its last request can be shed. */
    @ParameterizedTest
    @ValueSource(strings = {"LF", "CRLF"})
    void itMakesRoomAsAnyIdleOne(String names) throws Exception {
        try (var rig = Rig.start(wire, factory -> factory.setMaxConnections(1), Rig::hello);
                var client = rig.connect()) {
            assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
            client.send(lines(names)).awaitRead();
            try (var next = rig.connect()) {
                client.expectFin();
                client.halfClose();
                assertThat(next.send(get()).readResponse().status()).isEqualTo(200);
            }
            rig.awaitWarning("maxConnections reached");
            // The server hears of the client's FIN when it likes.
            Eventually.await(Rig.PATIENCE, "it was shed", () -> rig.ledger().getCloses(CloseReason.SHED), n -> n == 1);
        }
    }
}
