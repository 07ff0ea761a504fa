package io.github.jettykeepalive.policy;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PhaseTest {
    /** All legal moves; what is not here is refused. */
    private static final String MOVES = """
            NEW -> NEW, READING, HANDLING, CLAIMED, CLOSING, UPGRADED, CLOSED
            READING -> READING, HANDLING, OVERDUE, CLOSING, UPGRADED, CLOSED
            HANDLING -> READING, IDLE, CLOSING, UPGRADED, CLOSED
            IDLE -> READING, HANDLING, IDLE, CLAIMED, CLOSING, UPGRADED, CLOSED
            CLAIMED -> READING, HANDLING, CLAIMED, CLOSING, UPGRADED, CLOSED
            OVERDUE -> HANDLING, OVERDUE, CLOSING, UPGRADED, CLOSED
            CLOSING -> PARTING, LINGERING, CLOSED
            PARTING -> LINGERING, CLOSED
            LINGERING -> LINGERING, CLOSED
            UPGRADED -> CLOSING, CLOSED
            CLOSED ->\s
            """;

    private static Stream<Phase> phases() {
        return Stream.of(Phase.values());
    }

    private static String moves(Phase phase) {
        return phase + " -> "
                + phases().filter(phase::mayBecome).map(Phase::name).collect(joining(", ")) + "\n";
    }

    @Test
    void theseAreTheLegalMoves() {
        assertThat(phases().map(PhaseTest::moves).collect(joining())).isEqualTo(MOVES);
    }

    @Test
    void everyPhaseCanBeReachedAndLeavesForTheEnd() {
        assertThat(reachable(Phase.NEW)).isEqualTo(EnumSet.allOf(Phase.class));
        assertThat(phases().filter(phase -> phase != Phase.CLOSED))
                .allMatch(phase -> reachable(phase).contains(Phase.CLOSED));
    }

    private static Set<Phase> reachable(Phase from) {
        Set<Phase> reached = EnumSet.noneOf(Phase.class);
        for (Set<Phase> more = next(Set.of(from)); reached.addAll(more); more = next(reached)) {}
        return reached;
    }

    private static Set<Phase> next(Set<Phase> from) {
        Set<Phase> next = EnumSet.noneOf(Phase.class);
        from.forEach(phase -> phases().filter(phase::mayBecome).forEach(next::add));
        return next;
    }

    @Test
    void fromAnEndingPhaseNothingIsServedAnyMore() {
        assertThat(phases().filter(Phase::isEnding))
                .containsExactly(Phase.CLOSING, Phase.PARTING, Phase.LINGERING, Phase.CLOSED)
                .noneMatch(phase -> reachable(phase).contains(Phase.HANDLING));
    }

    @Test
    void thePeerOwesTheFirstByteOfARequest() {
        assertThat(phases().filter(Phase::isWaiting)).containsExactly(Phase.NEW, Phase.IDLE);
    }
}
