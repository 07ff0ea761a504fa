package io.github.jettykeepalive.enforce;

import static io.github.jettykeepalive.enforce.DeadlineSweep.SLOTS;
import static io.github.jettykeepalive.enforce.DeadlineSweep.TICK;
import static io.github.jettykeepalive.policy.ConnectionState.NO_DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineSweepTest extends SweepTimeline {
    // --- one deadline

    @Test
    void anEntryIsDueAtTheFirstTickAfterItsDeadline() {
        entry("a", 120);

        at(0);
        at(49);
        assertThat(sweep.size()).isZero();
        at(50);
        assertThat(sweep.size()).isEqualTo(1);
        at(149);
        assertThat(log).isEmpty();
        at(150);
        assertThat(log).containsExactly("a@150");
        assertThat(sweep.size()).isZero();
        at(10_000);
        assertThat(log).hasSize(1);
    }

    @ParameterizedTest(name = "deadline {0}")
    @ValueSource(longs = {51, 99, 100})
    void aDeadlineIsRoundedUpToATick(long deadline) {
        entry("a", deadline);

        at(99);
        assertThat(log).isEmpty();
        at(100);
        assertThat(log).containsExactly("a@100");
    }

    @ParameterizedTest(name = "deadline {0}")
    @ValueSource(longs = {0, 1, 49, 50})
    void whatIsDueWhenHandedInIsDueAtTheNextTick(long deadline) {
        entry("a", deadline);

        at(49);
        assertThat(log).isEmpty();
        at(50);
        assertThat(log).containsExactly("a@50");
    }

    @Test
    void manyDeadlinesAreMetEachAtItsTick() {
        entry("c", 300);
        entry("a", 100);
        entry("b", 151);
        entry("a too", 100);

        at(100);
        assertThat(log).containsExactlyInAnyOrder("a@100", "a too@100");
        at(1_000);
        assertThat(log).hasSize(4).endsWith("b@200", "c@300");
    }

    /** Entries come at any time between two ticks, so that the wait for the next one adds to the rounding. */
    @Test
    void noDeadlineIsMetEarlyOrTwoTicksLate() {
        for (long from = 0; from < TICK; from += 7) {
            for (long wait = 0; wait < 3 * TICK; wait++) {
                log.clear();
                at((now() / 1_000 + 1) * 1_000 + from);
                long deadline = now() + wait;
                entry("a", deadline);

                at(Math.max(now(), deadline - 1));
                assertThat(log).as("from %d, wait %d", from, wait).isEmpty();
                at(deadline + 2 * TICK - 1);
                assertThat(log).as("from %d, wait %d", from, wait).hasSize(1);
            }
        }
    }

    // --- how far ahead

    @Test
    void noEntryIsFiledFurtherAheadThanATurn() {
        Entry a = entry("a", NO_DEADLINE);
        at(50);
        assertThat(a.filedFor).isEqualTo(50 + ROTATION - TICK);
    }

    /** H7: who waits for a minute is not looked at because others wait for a moment. */
    @Test
    void aShortTimeoutMakesNoOtherEntryBeVisited() {
        List<Entry> patient =
                Stream.generate(() -> entry("patient", 60_000)).limit(100).toList();
        at(50);
        int filed = patient.stream().mapToInt(each -> each.steps).sum();
        for (long now = 100; now < 10_000; now += 100) {
            entry("hasty", now + 50);
            at(now);
        }
        assertThat(patient.stream().mapToInt(each -> each.steps).sum()).isEqualTo(filed);
    }

    @ParameterizedTest(name = "deadline {0}")
    @ValueSource(longs = {ROTATION - 50, ROTATION, ROTATION + 50, ROTATION + 51, 2 * ROTATION, 3 * ROTATION + 75})
    void theWheelTurnsAsOftenAsItMust(long deadline) {
        Entry a = entry("a", deadline);
        long tick = (deadline + TICK - 1) / TICK * TICK;

        at(50);
        assertThat(a.filedFor).isLessThan(50 + ROTATION);
        at(tick - 1);
        assertThat(log).isEmpty();
        at(tick);
        assertThat(log).containsExactly("a@" + tick);
    }

    @Test
    void whoseDeadlineNeverComesIsKept() {
        entry("a", NO_DEADLINE);

        at(10 * ROTATION);

        assertThat(log).isEmpty();
        assertThat(sweep.size()).isEqualTo(1);
    }

    // --- long pauses

    @ParameterizedTest(name = "asleep until {0}")
    @ValueSource(longs = {1_000, ROTATION - 50, ROTATION, ROTATION + 50, 10 * ROTATION + 33})
    void afterALongPauseAllThatIsDueIsFound(long morning) {
        List<Long> deadlines = Stream.iterate(100L, d -> d + 150).limit(SLOTS).toList();
        deadlines.forEach(deadline -> entry("a" + deadline, deadline));
        at(50);

        wakeAt(morning);
        at(morning + TICK);

        long now = morning + TICK;
        assertThat(log)
                .containsExactlyInAnyOrderElementsOf(deadlines.stream()
                        .filter(deadline -> deadline <= now)
                        .map(deadline -> "a" + deadline + "@" + now)
                        .toList());
        assertThat(sweep.size()).isEqualTo(SLOTS - log.size());
        at(now + 3 * ROTATION);
        assertThat(log).hasSize(SLOTS);
    }

    // --- when there is nothing to do

    @Test
    void nothingIsScheduledWhileNothingIsFiled() {
        assertThat(scheduler.pending()).isZero();
        entry("a", 100);
        assertThat(scheduler.pending()).isEqualTo(1);
        at(99);
        assertThat(scheduler.pending()).isEqualTo(1);
        at(100);
        assertThat(scheduler.pending()).isZero();
        long scheduled = scheduler.scheduled();

        at(100_000);
        assertThat(scheduler.scheduled()).isEqualTo(scheduled);
        entry("b", 100_120);
        assertThat(scheduler.pending()).isEqualTo(1);
        at(100_149);
        assertThat(log).containsExactly("a@100");
        at(100_150);
        assertThat(log).containsExactly("a@100", "b@100150");
        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void thereIsOneTimerForAll() {
        IntStream.range(0, 1_000).forEach(i -> entry("a" + i, 1_000 + i));
        assertThat(scheduler.pending()).isEqualTo(1);
        at(1_500);
        assertThat(scheduler.pending()).isEqualTo(1);
        // The first, which files them, then one a beat from 1000 on.
        assertThat(scheduler.scheduled()).isEqualTo(2 + 1 + 500 / TICK);
    }

    @Test
    void thereIsATickASecondWhileNothingHasToBeLookedAt() {
        entry("a", 20_000);
        at(50);
        long filed = scheduler.scheduled();

        at(5_050);
        assertThat(scheduler.scheduled()).isEqualTo(filed + 5);
        entry("b", 5_200);
        assertThat(scheduler.pending()).as("the one for later, and one soon").isEqualTo(2);
        at(20_000);
        assertThat(log).containsExactly("b@5200", "a@20000");
        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void aTickForLaterAndOneForSoonMayComeTogether() {
        entry("a", 20_000);
        at(1_020);
        entry("b", 1_100);
        assertThat(scheduler.pending()).isEqualTo(2);

        at(1_050);
        assertThat(scheduler.pending()).isEqualTo(1);
        at(1_100);
        assertThat(log).containsExactly("b@1100");
    }

    @Test
    void whatTheOneForLaterHandsInIsLeftToTheOneForSoon() {
        Entry late = new Entry("late", 1_200);
        entry("a", 1_050).plan = each -> {
            each.end();
            late.handIn();
        };
        at(1_020);
        entry("b", 1_300);

        at(1_050);
        assertThat(scheduler.pending()).as("one for each beat").isEqualTo(1);
        at(1_300);
        assertThat(log).containsExactly("a@1050", "late@1200", "b@1300");
    }

    @Test
    void whoIsHandedInByTheLastThatWasDueIsNotForgotten() {
        Entry a = new Entry("a", 200);
        Entry b = entry("b", 100);
        b.plan = each -> {
            each.end();
            a.handIn();
        };

        at(100);
        assertThat(sweep.size()).isZero();
        assertThat(scheduler.pending()).isEqualTo(1);
        at(200);
        assertThat(log).containsExactly("b@100", "a@200");
    }

    @Test
    void afterTheStopThereIsNoFurtherTick() {
        entry("a", 100);
        at(50);
        sweep.stop();

        at(1_000);
        entry("b", 1_100);

        assertThat(log).isEmpty();
        assertThat(scheduler.pending()).isZero();
    }

    /** A scheduler that others have stopped, because they share it, forgets what it was asked for and never says so. */
    @Test
    void tickThatIsLostIsMadeByWhoeverAsksForTheNext() {
        Entry first = new Entry("first", 100).handIn();
        wakeAt(DeadlineSweep.LOST);
        new Entry("second", 1_000_000).handIn();
        assertThat(first.over).as("a busy machine is late").isFalse();

        wakeAt(DeadlineSweep.LOST + 1);
        new Entry("third", 1_000_000).handIn();
        assertThat(first.over).isTrue();
        assertThat(sweep.size()).isEqualTo(2);
    }
}
