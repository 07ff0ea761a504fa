package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.CLOSE;
import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lingering costs no thread. */
class LingeringThreadsTest {
    private static final int MANY = 400;

    @Test
    void manyMayLingerWithoutAThread() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, factory -> factory.setLingerIdleTimeout(30_000), Rig::hello)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                clients.add(rig.connect());
            }
            for (RawClient client : clients) {
                client.send(get()).readResponse();
            }
            var before = Threads.of(rig);
            for (RawClient client : clients) {
                client.send(get(CLOSE)).readResponse();
                client.expectFin();
            }
            Eventually.await(Rig.PATIENCE, "all linger", () -> rig.ledger().count(Phase.LINGERING), n -> n == MANY);
            before.expectNoMore();
            for (RawClient client : clients) {
                client.send("late");
            }
            long late = MANY * (long) "late".length();
            Eventually.await(
                    Rig.PATIENCE, "all is discarded", () -> rig.ledger().getBytesDiscarded(), n -> n == late);
            before.expectNoMore();
            for (RawClient client : clients) {
                client.close();
            }
            rig.expectCloses(Map.of(CloseReason.CLIENT, (long) MANY));
        }
    }

    /** A server's threads, all and those that have something to do. */
    private record Threads(Rig rig, long alive, int busy) {

        private static Threads of(Rig rig) {
            // A thread that was busy a moment ago may still be on its way back.
            Eventually.await(
                    Rig.PATIENCE, "only selectors are busy", () -> rig.server().threads() <= idle(rig));
            return new Threads(rig, count(), rig.server().threads());
        }

        private static int idle(Rig rig) {
            return rig.server().connector().getAcceptors()
                    + rig.server().connector().getSelectorManager().getSelectorCount();
        }

        private static long count() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("test-server"))
                    .count();
        }

        private void expectNoMore() {
            Eventually.await(Rig.PATIENCE, "no more threads are busy", rig.server()::threads, now -> now <= busy);
            assertThat(count()).isLessThanOrEqualTo(alive);
        }
    }
}
