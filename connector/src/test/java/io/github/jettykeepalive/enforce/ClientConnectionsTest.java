package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.policy.ClientLimit;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.testing.LogCapture;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.ProxyConnectionFactory.ProxyEndPoint;
import org.junit.jupiter.api.Test;

/** How many connections each client has, and what happens to one too many. */
class ClientConnectionsTest {
    private static final Pattern LINE = Pattern.compile("maxConnectionsPerClient reached: (\\d+) connections refused");

    private final Stage stage = limitedTo(2);

    private static Stage limitedTo(int most) {
        return new Stage(Stage.POLICY.withClientLimit(new ClientLimit(most, 32, 64, List.of("10.0.0.0/8"))));
    }

    private Actor acceptBusy(String address) {
        Actor actor = stage.accept(address);
        actor.receive(Actor.HEADER);
        actor.startRequest();
        return actor;
    }

    private void assertRefused(String address) {
        assertThatThrownBy(() -> stage.accept(address))
                .isInstanceOf(Actor.Refused.class)
                .hasMessageStartingWith("HTTP/1.1 503 ");
    }

    @Test
    void oneTooManyIsAnsweredAndLingeredOn() {
        acceptBusy("192.0.2.1");
        acceptBusy("192.0.2.1");
        assertThatThrownBy(() -> stage.accept("192.0.2.1"))
                .hasMessageContaining("\r\nRetry-After: 1\r\n")
                .hasMessageContaining("\r\nConnection: close\r\n")
                .isInstanceOfSatisfying(Actor.Refused.class, refused -> {
                    assertThat(refused.wire.isOutputShutdown()).isTrue();
                    assertThat(refused.wire.arrive(Actor.HEADER).select()).isTrue();
                    refused.wire.arriveFin().select();
                });

        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.CLIENT_LIMIT, 1L));
        assertThat(stage.ledger.getBytesDiscarded()).isEqualTo(Actor.HEADER.length());
    }

    /** N9: what a PROXY header tells of the source may be no address. */
    @Test
    void sourceThatIsNoAddressCountsAsItsProxy() {
        var nameless = UnixDomainSocketAddress.of("/run/nameless");
        for (int i = 0; i < 2; i++) {
            var wire = new MemoryEndPoint(stage.clock, "192.0.2.1", Stage.IDLE_TIMEOUT);
            stage.manage(new ProxyEndPoint(wire, nameless, nameless), managed -> Actor.unopened(wire, managed));
        }
        assertRefused("192.0.2.1");
    }

    @Test
    void idleOneMakesRoom() {
        Actor idle = stage.accept("192.0.2.1").serve();
        Actor busy = acceptBusy("192.0.2.1");
        Actor next = acceptBusy("192.0.2.1");

        assertThat(idle.finSent()).isTrue();
        assertThat(busy.finSent()).isFalse();
        assertThat(next.finSent()).isFalse();
        assertRefused("192.0.2.1");
    }

    @Test
    void othersAreNotCounted() {
        for (int i = 1; i < 20; i++) {
            acceptBusy("192.0.2." + i);
            acceptBusy("192.0.2." + i);
        }
        assertRefused("192.0.2.7");
    }

    @Test
    void exemptOnesAreNotCounted() {
        for (int i = 0; i < 20; i++) {
            acceptBusy("10.1.2.3");
        }
        assertThat(stage.closes()).isEmpty();
    }

    /** What lingers does not take the place of what is served, but it is held, and that has a bound. */
    @Test
    void endedOnesMakeRoom() {
        List<Actor> ended = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Actor actor = acceptBusy("192.0.2.1");
            actor.finish(CloseReason.CLIENT);
            ended.add(actor);
        }
        assertThat(stage.ledger.getOpen()).isEqualTo(4);
        assertThat(ended.subList(16, 20)).allMatch(actor -> actor.phase() == Phase.LINGERING);
        Actor idle = stage.accept("192.0.2.1").serve();
        acceptBusy("192.0.2.1");
        assertThat(stage.ledger.getOpen()).isEqualTo(4);
        assertThat(idle.finSent()).isFalse();
        acceptBusy("192.0.2.1");
        assertThat(idle.finSent()).isTrue();
        assertThat(stage.ledger.getOpen()).isEqualTo(4);
    }

    /** H4: refused ones are held while they linger, as many as the client may have connections, and no more. */
    @Test
    void refusedOnesCountToo() {
        Actor other = acceptBusy("192.0.2.2");
        other.finish(CloseReason.BODY_LEFT);
        acceptBusy("192.0.2.1");
        acceptBusy("192.0.2.1");
        for (int i = 0; i < 100; i++) {
            assertRefused("192.0.2.1");
            assertThat(stage.ledger.getOpen()).isLessThanOrEqualTo(1 + 2 * 2);
        }
        assertThat(other.phase()).isEqualTo(Phase.LINGERING);
    }

    /** The same for those whose answer nobody takes. */
    @Test
    void refusedOnesThatCannotBeAnsweredCountToo() {
        acceptBusy("192.0.2.1");
        acceptBusy("192.0.2.1");
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> stage.accept(silent())).isInstanceOf(Actor.Refused.class);
            assertThat(stage.ledger.getOpen()).isLessThanOrEqualTo(2 * 2);
        }
    }

    private MemoryEndPoint silent() {
        return new MemoryEndPoint(stage.clock, "192.0.2.1", Stage.IDLE_TIMEOUT) {
            @Override
            public boolean flush(ByteBuffer... buffers) {
                return false;
            }

            @Override
            protected void onIncompleteFlush() {}
        };
    }

    /** Over TLS the 503 waits for a handshake that may never come. */
    @Test
    void refusedOneThatCannotBeAnsweredIsClosedAllTheSame() {
        acceptBusy("192.0.2.1");
        acceptBusy("192.0.2.1");
        MemoryEndPoint silent = silent();
        assertThatThrownBy(() -> stage.accept(silent)).isInstanceOf(Actor.Refused.class);
        stage.advance(4900);
        assertThat(silent.isOpen()).isTrue();

        stage.advance(200);
        assertThat(silent.isOpen()).isFalse();
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.CLIENT_LIMIT, 1L));
        assertThat(stage.manager.sweep().size()).isEqualTo(2);
    }

    private static ClientLimit limit(int most, int prefix4) {
        return new ClientLimit(most, prefix4, 64, List.of());
    }

    @Test
    void limitThatIsTurnedOnCountsWhoIsThere() {
        stage.manager.setPolicy(Stage.POLICY.withClientLimit(ClientLimit.NONE));
        List<Actor> there = List.of(acceptBusy("192.0.2.1"), acceptBusy("192.0.2.1"), acceptBusy("192.0.2.1"));
        stage.manager.setPolicy(Stage.POLICY.withClientLimit(limit(3, 32)));

        assertThat(there).noneMatch(Actor::finSent);
        assertRefused("192.0.2.1");
        acceptBusy("192.0.2.2");

        there.get(0).finish(CloseReason.CLIENT);
        acceptBusy("192.0.2.1");
        assertRefused("192.0.2.1");
    }

    @Test
    void limitThatIsTurnedOffForgets() {
        acceptBusy("192.0.2.1");
        acceptBusy("192.0.2.1");
        stage.manager.setPolicy(Stage.POLICY.withClientLimit(ClientLimit.NONE));
        acceptBusy("192.0.2.1");
        stage.manager.setPolicy(Stage.POLICY.withClientLimit(limit(4, 32)));

        acceptBusy("192.0.2.1");
        assertRefused("192.0.2.1");
    }

    @Test
    void networksThatAreDrawnAnewAreCountedAnew() {
        acceptBusy("192.0.2.1");
        acceptBusy("192.0.2.2");
        stage.manager.setPolicy(Stage.POLICY.withClientLimit(limit(2, 24)));
        assertRefused("192.0.2.3");

        stage.manager.setPolicy(Stage.POLICY.withClientLimit(limit(2, 32)));
        acceptBusy("192.0.2.3");
        acceptBusy("192.0.2.1");
        assertRefused("192.0.2.1");
    }

    @Test
    void floodOfRefusalsIsALineASecond() {
        try (var log = LogCapture.of(ClientConnections.class.getName())) {
            acceptBusy("192.0.2.1");
            acceptBusy("192.0.2.1");
            for (int i = 0; i < 350; i++) {
                assertRefused("192.0.2.1");
                stage.advance(10);
            }
            stage.advance(2000);

            List<Integer> counts = log.events().stream()
                    .map(event -> LINE.matcher(event.text()))
                    .filter(matcher -> matcher.matches())
                    .map(matcher -> Integer.valueOf(matcher.group(1)))
                    .toList();
            assertThat(counts).startsWith(1, 100, 100, 100).hasSizeLessThanOrEqualTo(5);
            assertThat(log.events()).hasSize(counts.size());
        }
    }

    /** Two at once for the last place: one of them gets it. */
    @Test
    void lastPlaceIsNotLostToARace() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (var log = LogCapture.of(ClientConnections.class.getName())) {
            int lost = 0;
            for (int round = 0; round < 2000; round++) {
                lost += admittedOfTwo(limitedTo(1), threads) == 1 ? 0 : 1;
            }
            assertThat(lost)
                    .as("rounds in which not exactly one of two got the last place")
                    .isZero();
            assertThat(log.events()).hasSize(2000);
        } finally {
            threads.shutdown();
        }
    }

    private static int admittedOfTwo(Stage contested, ExecutorService threads) throws Exception {
        var barrier = new CyclicBarrier(2);
        var attempts = new ArrayList<Future<Boolean>>();
        for (int i = 0; i < 2; i++) {
            attempts.add(threads.submit(() -> {
                barrier.await();
                try {
                    contested.accept("192.0.2.1");
                    return true;
                } catch (Actor.Refused refused) {
                    return false;
                }
            }));
        }
        int admitted = 0;
        for (Future<Boolean> attempt : attempts) {
            admitted += attempt.get() ? 1 : 0;
        }
        return admitted;
    }
}
