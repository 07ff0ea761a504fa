package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.enforce.ConnectionManager;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.LogCapture;
import java.time.Duration;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** What an operator reads: the line at the start, the line of a connection's end, the dump. */
class LogsAndDumpTest {

    private static boolean connectionId(Request request, Response response, Callback callback) {
        Object id = request.getAttribute("io.github.jettykeepalive.connectionId");
        Content.Sink.write(response, true, String.valueOf(id), callback);
        return true;
    }

    @Test
    void startSaysOnceWhatIsInForce() throws Exception {
        try (var log = LogCapture.of(KeepAliveConnectionFactory.class.getName(), Level.INFO)) {
            var factory = new KeepAliveConnectionFactory();
            factory.setMaxRequests(77);
            factory.setKeepAliveTimeout(15_000);
            factory.addClientRule("OldBot/1\\.", "NO_KEEP_ALIVE");
            factory.start();
            factory.stop();

            assertThat(log.events()).hasSize(1);
            LogCapture.Event event = log.events().get(0);
            assertThat(event.level()).isEqualTo(Level.INFO);
            assertThat(event.text())
                    .startsWith("Connection policy of ")
                    .contains("maxRequests=77", Duration.ofSeconds(15).toString(), "OldBot/1", "NO_KEEP_ALIVE")
                    .contains(factory.getPolicy().toString());
        }
    }

    @Test
    void endIsLoggedWithTheIdThatTheApplicationSees() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, factory -> factory.setMaxRequests(1), LogsAndDumpTest::connectionId);
                var log = LogCapture.of(ConnectionManager.class.getName(), Level.DEBUG);
                var client = rig.connect()) {
            String id = client.send(get()).readResponse().body();
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.MAX_REQUESTS);

            assertThat(log.events())
                    .extracting(LogCapture.Event::text)
                    .filteredOn(text -> text.contains(" ended: "))
                    .singleElement()
                    .asString()
                    .contains("#" + id)
                    .contains("MAX_REQUESTS");
        }
    }

    @Test
    void dumpShowsTheBooksAndWhoIsOpen() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, LogsAndDumpTest::connectionId);
                var gone = rig.connect();
                var idle = rig.connect()) {
            gone.send(get(Ask.CLOSE)).readResponse();
            gone.expectFin();
            gone.halfClose();
            Eventually.await(Rig.PATIENCE, "one is gone", () -> rig.ledger().getCloses(CloseReason.CLIENT) == 1);
            String id = idle.send(get()).readResponse().body();
            Eventually.await(
                    Rig.PATIENCE, "the other is idle", () -> rig.ledger().getIdle() == 1);

            String dump = rig.server().server().dump();
            assertThat(dump)
                    .contains("KeepAliveConnectionFactory@", "ConnectionLedger{open=1,closes={client=1}")
                    .containsPattern("ConnectionSnapshot\\[id=" + id + ", peer=\\S*:" + idle.localPort()
                            + ", secure=false, phase=IDLE, reason=null, requests=1, requestsLeft=999, ");
        }
    }
}
