package io.github.jettykeepalive.enforce;

import static io.github.jettykeepalive.enforce.DeadlineSweep.TICK;
import static io.github.jettykeepalive.policy.ConnectionState.NO_DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.LogCapture;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeadlineSweepMovesTest extends SweepTimeline {
    // --- a deadline that moves

    @Test
    void aDeadlineThatMovedLaterIsNotHandedIn() {
        Entry a = entry("a", 100);
        at(50);
        long scheduled = scheduler.scheduled();

        a.move(200);
        assertThat(a.queued).isFalse();
        assertThat(scheduler.scheduled()).isEqualTo(scheduled);
        at(199);
        assertThat(log).isEmpty();
        at(200);
        assertThat(log).containsExactly("a@200");
    }

    @Test
    void aDeadlineThatMovedToWhenItIsLookedAtIsNotHandedIn() {
        Entry a = entry("a", 10_000);
        at(50);

        a.move(a.filedFor);
        assertThat(a.queued).isFalse();
        a.move(a.filedFor - 1);
        assertThat(a.queued).isTrue();
    }

    private static IntStream steps() {
        return IntStream.rangeClosed(1, 12);
    }

    /** Steps 1 to 6 are those of handing in, 7 to 12 those of looking at it later and finding that it has moved. */
    @ParameterizedTest(name = "step {0}")
    @MethodSource("steps")
    void aMoveBetweenAnyTwoStepsOfTheSweepCounts(int step) {
        Entry a = new Entry("a", NO_DEADLINE);
        a.onStep = () -> {
            if (a.steps == step) {
                a.move(now() + 70);
            }
        };
        a.handIn();

        at(step <= 6 ? 50 : 50 + ROTATION - TICK);
        assertThat(a.deadline).isEqualTo(now() + 70);
        at(now() + 69);
        assertThat(log).isEmpty();
        at(now() + 1 + 2 * TICK);
        assertThat(log).hasSize(1);
    }

    @Test
    void aDeadlineThatMovesOnWithEveryRequestIsLookedAtSeldom() {
        Entry a = entry("a", 10_000);
        at(50);
        a.steps = 0;

        for (long now = 100; now <= 100_000; now += 100) {
            at(now);
            a.move(now + 10_000);
            assertThat(a.queued).isFalse();
        }

        assertThat(a.steps).isLessThan(100);
        at(109_999);
        assertThat(log).isEmpty();
        at(110_000);
        assertThat(log).containsExactly("a@110000");
    }

    @Test
    void aDeadlineThatMovedEarlierIsHandedIn() {
        Entry a = entry("a", 10_000);
        at(1_000);

        a.move(1_120);
        assertThat(a.queued).isTrue();
        at(1_149);
        assertThat(log).isEmpty();
        at(1_150);
        assertThat(log).containsExactly("a@1150");
        at(20_000);
        assertThat(log).hasSize(1);
    }

    @Test
    void aDeadlineThatMovedEarlierAndBackIsTheLastOne() {
        Entry a = entry("a", 10_000);
        at(1_000);

        a.move(1_120);
        a.move(5_000);
        at(4_999);
        assertThat(log).isEmpty();
        assertThat(sweep.size()).isEqualTo(1);
        at(5_000);
        assertThat(log).containsExactly("a@5000");
    }

    @Test
    void anEntryThatWaitsToBeFiledIsHandedInOnce() {
        Entry a = entry("a", 10_000);

        a.handIn();
        a.move(120);
        at(50);
        assertThat(sweep.size()).isEqualTo(1);
        at(10_000);
        assertThat(log).containsExactly("a@150");
    }

    @Test
    void anEntryCanLeaveTheMiddleOfItsSlot() {
        Entry first = entry("first", 5_000);
        Entry middle = entry("middle", 5_000);
        Entry last = entry("last", 5_000);
        at(50);

        middle.move(1_000);
        at(1_000);
        assertThat(log).containsExactly("middle@1000");
        last.move(2_000);
        first.move(2_000);
        at(2_000);
        assertThat(log).hasSize(3).contains("first@2000", "last@2000");
        assertThat(sweep.size()).isZero();
    }

    // --- entries that end otherwise

    @Test
    void anEntryThatIsOverWhileFiledIsForgotten() {
        Entry a = entry("a", 100);
        at(50);

        a.end();
        at(100);

        assertThat(log).isEmpty();
        assertThat(sweep.size()).isZero();
        assertThat(a.filedFor).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anEntryThatIsOverAndHandedInIsForgottenAtOnce() {
        Entry a = entry("a", 10_000);
        at(50);
        assertThat(sweep.size()).isEqualTo(1);

        a.end();
        a.handIn();
        at(100);

        assertThat(log).isEmpty();
        assertThat(sweep.size()).isZero();
    }

    @Test
    void whoLeavesItsDeadlineIsDueAgainAtEachTick() {
        Entry a = entry("a", 100);
        a.plan = each -> {
            if (log.size() == 3) {
                each.end();
            }
        };

        at(1_000);

        assertThat(log).containsExactly("a@100", "a@150", "a@200");
    }

    @Test
    void whoMovesItsDeadlineWhenDueIsDueAgainThen() {
        Entry a = entry("a", 100);
        a.plan = each -> each.move(log.size() == 3 ? NO_DEADLINE : now() + 200);

        at(1_000);

        assertThat(log).containsExactly("a@100", "a@300", "a@500");
        assertThat(sweep.size()).isEqualTo(1);
    }

    @Test
    void whoEndsAnotherWhenDueSavesItsNeighbours() {
        Entry a = entry("a", 100);
        Entry b = entry("b", 100);
        a.plan = each -> List.of(a, b).forEach(Entry::end);
        b.plan = a.plan;
        entry("c", 150);

        at(150);

        assertThat(log).hasSize(2).endsWith("c@150");
        assertThat(sweep.size()).isZero();
    }

    private static Stream<Throwable> failures() {
        return Stream.of(new IllegalStateException("not now"), new StackOverflowError("not now"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void whoFailsIsLoggedAndTriedAgainAndStopsNobody(Throwable failure) {
        Entry a = entry("a", 100);
        a.plan = each -> {
            each.plan = Entry::end;
            throwIt(failure);
        };
        entry("b", 100);

        try (LogCapture capture = LogCapture.of(DeadlineSweep.class.getName())) {
            at(150);

            assertThat(capture.events())
                    .singleElement()
                    .satisfies(event -> assertThat(event.text())
                            .startsWith("Could not end a")
                            .contains("not now"));
        }
        assertThat(log).containsExactlyInAnyOrder("a@100", "b@100", "a@150");
    }

    private static void throwIt(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }
}
