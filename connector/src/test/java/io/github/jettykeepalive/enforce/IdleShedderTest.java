package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import io.github.jettykeepalive.policy.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Who has to make room, whether idle waits have deadlines of ours or Jetty's idle timer ends them. */
@ParameterizedClass
@MethodSource("policies")
class IdleShedderTest {
    private final List<Actor> connections = new ArrayList<>();
    private final Stage stage;
    private final IdleShedder shedder;

    IdleShedderTest(KeepAlivePolicy policy) {
        stage = new Stage(policy);
        shedder = new IdleShedder(stage.manager::now);
    }

    static Stream<KeepAlivePolicy> policies() {
        return Stream.of(Stage.POLICY, Stage.POLICY.withKeepAliveTimeout(KeepAlivePolicy.CONNECTOR_TIMEOUT));
    }

    /** As many connections, each idle since a moment after the one before it. */
    private List<Actor> idle(int count) {
        for (int i = 0; i < count; i++) {
            connections.add(stage.acceptIdle());
            stage.advance(100);
        }
        return connections;
    }

    private List<Actor> shed(int count) {
        List<Actor> before = connections.stream().filter(Actor::finSent).toList();
        shedder.shed(connections.stream().map(actor -> actor.connection).toList(), count);
        return connections.stream()
                .filter(Actor::finSent)
                .filter(actor -> !before.contains(actor))
                .toList();
    }

    @Test
    void oldestGoFirst() {
        List<Actor> all = idle(40);

        for (int i = 0; i < 40; i++) {
            assertThat(shed(1)).containsExactly(all.get(i));
        }
        assertThat(shed(1)).isEmpty();
    }

    @Test
    void busyOnesStay() {
        Actor waiting = stage.accept();
        Actor reading = stage.acceptIdle();
        reading.receive("GET / HT");
        Actor handling = stage.acceptIdle();
        handling.receive(Actor.HEADER);
        handling.startRequest();
        connections.addAll(List.of(waiting, reading, handling));
        stage.advance(999);
        Actor idle = stage.acceptIdle();
        connections.add(idle);

        assertThat(shed(10)).containsExactly(idle);
        idle.wire.arriveFin().select();
        assertThat(connections)
                .extracting(Actor::phase)
                .containsExactly(Phase.NEW, Phase.READING, Phase.HANDLING, Phase.CLOSED);
        assertThat(stage.closes()).isEqualTo(Map.of(CloseReason.SHED, 1L));
    }

    /** Candidates are chosen by the batch; one may be young again when its turn comes. */
    @Test
    void requestMakesACandidateYoung() {
        List<Actor> all = idle(4);
        assertThat(shed(1)).containsExactly(all.get(0));
        all.get(1).serve();
        stage.advance(100);

        assertThat(shed(1)).containsExactly(all.get(2));
        assertThat(shed(1)).containsExactly(all.get(3));
        assertThat(shed(1)).containsExactly(all.get(1));
    }

    @Test
    void candidateThatIsIdleAgainHasToWaitItsTurn() {
        List<Actor> all = idle(4);
        assertThat(shed(1)).containsExactly(all.get(0));
        all.get(1).serve();
        stage.advance(5000);

        assertThat(shed(1)).containsExactly(all.get(2));
        assertThat(shed(1)).containsExactly(all.get(3));
        assertThat(shed(1)).containsExactly(all.get(1));
    }

    /** Who has had a second and has not asked anything goes before those that have. */
    @Test
    void thoseThatHaveNeverAskedGoFirst() {
        Actor idle = stage.acceptIdle();
        stage.advance(100);
        Actor silent = stage.accept();
        Actor other = stage.accept();
        stage.advance(1000);
        Actor newcomer = stage.accept();
        connections.addAll(List.of(idle, silent, other, newcomer));

        assertThat(shed(1)).containsExactly(silent);
        assertThat(shed(1)).containsExactly(other);
        assertThat(shed(1)).containsExactly(idle);
        assertThat(shed(1)).isEmpty();
    }

    /** H6: what cannot be shed is looked at once, not at each accept. */
    @Test
    void whatCannotBeShedCostsNothingLater() {
        for (int i = 0; i < 50; i++) {
            Actor reading = stage.accept();
            reading.receive("GET / HT");
            connections.add(reading);
        }
        assertThat(shed(1)).isEmpty();
        assertThat(shedder.size()).isZero();
        List<ManagedConnection> mustNotBeLookedAt = new ArrayList<>() {
            @Override
            public java.util.Iterator<ManagedConnection> iterator() {
                throw new AssertionError("looked at all again");
            }

            @Override
            public void forEach(java.util.function.Consumer<? super ManagedConnection> action) {
                throw new AssertionError("looked at all again");
            }
        };
        assertThat(shedder.shed(mustNotBeLookedAt, 1)).isZero();

        Actor idle = connections.get(7);
        idle.receive("TP/1.1\r\n\r\n");
        idle.startRequest();
        idle.keep(10_000);
        idle.await();
        shedder.wentIdle(idle.connection);
        assertThat(shedder.shed(mustNotBeLookedAt, 1)).isOne();
        assertThat(idle.finSent()).isTrue();
    }

    @Test
    void whoIsClosedOrHasRoomIsForgotten() {
        List<Actor> all = idle(4);
        assertThat(shed(1)).containsExactly(all.get(0));
        assertThat(shedder.size()).isEqualTo(3);

        shedder.closed(all.get(1).connection);
        assertThat(shedder.size()).isEqualTo(2);
        shedder.rest();
        assertThat(shedder.size()).isZero();
        assertThat(all).allMatch(actor -> actor.connection.candidate == null);
    }

    /** A wait that is promised to be longer than the connector's idle timeout starts Jetty's timer again. */
    @Test
    void jettysIdleTimerMakesNobodyYoung() {
        for (Actor actor : idle(2)) {
            actor.promiseLonger();
            stage.advance(100);
        }
        connections.get(0).wire.expireIdle();
        stage.advance(100);

        assertThat(connections).noneMatch(Actor::finSent);
        assertThat(shed(1)).containsExactly(connections.get(0));
    }

    /** A limit that is taken away is not reached. */
    @Test
    void withoutALimitNothingIsListed() {
        stage.manager.setPolicy(Stage.POLICY.withMaxConnections(2));
        idle(5);
        assertThat(stage.manager.shedder().size()).isPositive();

        stage.manager.setPolicy(Stage.POLICY);
        idle(1);
        assertThat(stage.manager.shedder().size()).isZero();
    }
}
