package io.github.jettykeepalive.policy;

import static io.github.jettykeepalive.policy.ConnectionState.NO_DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionStateTest {
    private static Stream<CloseReason> reasonsAndNone() {
        return Stream.concat(Stream.of((CloseReason) null), Stream.of(CloseReason.values()));
    }

    private static LongStream deadlines() {
        return LongStream.of(0, 1, 4_095, 8_191, 8_192, Integer.MAX_VALUE, 1L << 31, NO_DEADLINE - 1, NO_DEADLINE);
    }

    @ParameterizedTest
    @EnumSource
    void everyPartComesOutAsItWentIn(Phase phase) {
        reasonsAndNone()
                .forEach(reason -> deadlines().forEach(deadline -> {
                    long state = ConnectionState.of(phase, reason, deadline);
                    String what = phase + " " + reason + " " + deadline;

                    assertThat(state).as(what).isNotNegative();
                    assertThat(ConnectionState.phase(state)).as(what).isEqualTo(phase);
                    assertThat(ConnectionState.reason(state)).as(what).isEqualTo(reason);
                    assertThat(ConnectionState.deadline(state)).as(what).isEqualTo(deadline);
                }));
    }

    @Test
    void noTwoStatesAreTheSameWord() {
        Set<Long> words = new HashSet<>();
        for (Phase phase : Phase.values()) {
            reasonsAndNone()
                    .forEach(reason ->
                            deadlines().forEach(deadline -> words.add(ConnectionState.of(phase, reason, deadline))));
        }

        assertThat(words)
                .hasSize(Phase.values().length
                        * (CloseReason.values().length + 1)
                        * (int) deadlines().count());
    }

    record Clamped(long deadline, long stored) {}

    private static Stream<Clamped> clamped() {
        return Stream.of(
                new Clamped(-1, 0),
                new Clamped(Long.MIN_VALUE, 0),
                new Clamped(NO_DEADLINE + 1, NO_DEADLINE),
                new Clamped(Long.MAX_VALUE, NO_DEADLINE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clamped")
    void aDeadlineOutOfRangeIsTheNearestOneInIt(Clamped row) {
        long state = ConnectionState.of(Phase.IDLE, CloseReason.IDLE, row.deadline);

        assertThat(state).isEqualTo(ConnectionState.of(Phase.IDLE, CloseReason.IDLE, row.stored));
    }

    @Test
    void aConnectionStartsNewWithoutReasonOrDeadline() {
        assertThat(ConnectionState.phase(ConnectionState.INITIAL)).isEqualTo(Phase.NEW);
        assertThat(ConnectionState.reason(ConnectionState.INITIAL)).isNull();
        assertThat(ConnectionState.deadline(ConnectionState.INITIAL)).isEqualTo(NO_DEADLINE);
    }

    @ParameterizedTest
    @EnumSource
    void onlyLegalMovesAreMade(Phase phase) {
        long state = ConnectionState.of(phase, CloseReason.IDLE, 5_000);
        for (Phase next : Phase.values()) {
            if (phase.mayBecome(next)) {
                assertThat(ConnectionState.move(state, next, CloseReason.SHED, 9_000))
                        .isEqualTo(ConnectionState.of(next, CloseReason.SHED, 9_000));
            } else {
                assertThatIllegalStateException()
                        .isThrownBy(() -> ConnectionState.move(state, next, CloseReason.SHED, 9_000))
                        .withMessage("phase: " + phase + " -> " + next + " (expected: a legal move)");
            }
        }
    }

    @Test
    void aMoveKeepsNothingOfTheFormerState() {
        long lingering = ConnectionState.of(Phase.LINGERING, CloseReason.SHED, 5_000);

        assertThat(ConnectionState.move(lingering, Phase.CLOSED, null, NO_DEADLINE))
                .isEqualTo(ConnectionState.of(Phase.CLOSED, null, NO_DEADLINE));
    }

    record Text(Phase phase, CloseReason reason, long deadline, String text) {}

    private static Stream<Text> texts() {
        return Stream.of(
                new Text(Phase.NEW, null, NO_DEADLINE, "NEW"),
                new Text(Phase.IDLE, null, 5_000, "IDLE@5000"),
                new Text(Phase.IDLE, null, 0, "IDLE@0"),
                new Text(Phase.LINGERING, CloseReason.MAX_REQUESTS, 9_000, "LINGERING(maxRequests)@9000"),
                new Text(Phase.CLOSED, CloseReason.PEER_GONE, NO_DEADLINE, "CLOSED(peerGone)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    void isReadableInLogs(Text row) {
        assertThat(ConnectionState.toString(ConnectionState.of(row.phase, row.reason, row.deadline)))
                .isEqualTo(row.text);
    }
}
