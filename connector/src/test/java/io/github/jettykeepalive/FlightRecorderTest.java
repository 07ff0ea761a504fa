package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static io.github.jettykeepalive.Ask.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.End;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.Rest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording tells of connections that ended on real sockets. */
class FlightRecorderTest {
    private static final String EVENT = "io.github.jettykeepalive.ConnectionEnd";
    private static final Duration LIFE = Duration.ofMillis(300);

    private final Recording recording = new Recording();

    @TempDir
    private Path temporary;

    @BeforeEach
    void record() {
        recording.enable(EVENT);
        recording.start();
    }

    @AfterEach
    void close() {
        recording.close();
    }

    private RecordedEvent onlyEvent() throws IOException {
        recording.stop();
        Path file = temporary.resolve("recording.jfr");
        recording.dump(file);
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(EVENT))
                .toList();
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    /** Answers with the id by which the connection is known everywhere. */
    private static boolean connectionId(Request request, Response response, Callback callback) {
        Object id = request.getAttribute("io.github.jettykeepalive.connectionId");
        Content.Sink.write(response, true, String.valueOf(id), callback);
        return true;
    }

    @Test
    void endAtTheLimitOfRequests() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, factory -> factory.setMaxRequests(2), FlightRecorderTest::connectionId);
                var client = rig.connect()) {
            Eventually.await(Rig.PATIENCE, "it is accepted", rig.ledger()::getOpen, open -> open == 1);
            TimeoutsTest.pass(LIFE.toMillis());
            Rest answers = client.send(get() + get()).readToEof();
            assertThat(answers.end()).isEqualTo(End.FIN);
            client.halfClose();
            rig.expectCloses(CloseReason.MAX_REQUESTS);

            RecordedEvent event = onlyEvent();
            assertThat(event.getString("reason")).isEqualTo("maxRequests");
            assertThat(answers.text()).endsWith("\r\n\r\n" + event.getLong("connectionId"));
            assertThat(event.getInt("requests")).isEqualTo(2);
            assertThat(event.getDuration("age")).isBetween(LIFE, Rig.PATIENCE);
            assertThat(event.getLong("bytesIn")).isEqualTo(2L * get().length());
            assertThat(event.getLong("bytesOut")).isEqualTo(answers.text().length());
            assertThat(event.getLong("discarded")).isZero();
        }
    }

    @Test
    void endAfterLingering() throws Exception {
        String header = request("POST / HTTP/1.1", "Content-Length: 10000");
        try (var rig = Rig.start(Wire.PLAIN, Rig::refuse);
                var client = rig.connect()) {
            Rest answer = client.send(header).readToEof();
            assertThat(answer.end()).isEqualTo(End.FIN);
            Eventually.await(Rig.PATIENCE, "it lingers", () -> rig.factory().getLingering() == 1);
            TimeoutsTest.pass(LIFE.toMillis());
            client.send("x".repeat(1000)).halfClose();
            rig.expectCloses(CloseReason.BODY_LEFT);

            RecordedEvent event = onlyEvent();
            assertThat(event.getString("reason")).isEqualTo("bodyLeft");
            assertThat(event.getInt("requests")).isEqualTo(1);
            assertThat(event.getLong("bytesIn")).isEqualTo(header.length() + 1000L);
            assertThat(event.getLong("bytesOut")).isEqualTo(answer.text().length());
            assertThat(event.getDuration("lingeredFor")).isBetween(LIFE, event.getDuration("age"));
            assertThat(event.getLong("discarded")).isEqualTo(1000);
        }
    }

    @Test
    void endBeforeAnyRequest() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, Rig::hello)) {
            try (var client = rig.connect()) {
                client.halfClose();
                client.expectFin();
            }
            rig.expectCloses(CloseReason.PEER_GONE);

            RecordedEvent event = onlyEvent();
            assertThat(event.getString("reason")).isEqualTo("peerGone");
            assertThat(event.getInt("requests")).isZero();
            assertThat(event.getLong("bytesIn")).isZero();
            assertThat(event.getLong("bytesOut")).isZero();
            assertThat(event.getDuration("lingeredFor")).isZero();
        }
    }
}
