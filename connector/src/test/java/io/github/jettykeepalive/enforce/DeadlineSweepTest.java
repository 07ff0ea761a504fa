package io.github.jettykeepalive.enforce;

import static io.github.jettykeepalive.enforce.DeadlineSweep.SLOTS;
import static io.github.jettykeepalive.enforce.DeadlineSweep.TICK;
import static io.github.jettykeepalive.policy.ConnectionState.NO_DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.LogCapture;
import io.github.jettykeepalive.testing.ManualClock;
import io.github.jettykeepalive.testing.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Phaser;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineSweepTest {
    private static final long ROTATION = TICK * SLOTS;

    private final ManualClock clock = new ManualClock();
    private final long start = clock.getAsLong();
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final List<String> log = new ArrayList<>();
    private long suspended;
    private volatile long horizon = NO_DEADLINE;
    private final DeadlineSweep sweep = new DeadlineSweep(scheduler, this::now, () -> horizon);

    private long now() {
        return (clock.getAsLong() - start) / 1_000_000 + suspended;
    }

    /** Time goes on until then, tick by tick. */
    private void at(long millis) {
        clock.advance(Duration.ofMillis(millis - now()));
    }

    /** Time has jumped to then without a tick, as in a machine that slept; the next tick is as far away as it was. */
    private void wakeAt(long millis) {
        suspended += millis - now();
    }

    /** An entry that is over as soon as it was due, unless its test has other plans. */
    private final class Entry extends Timed {
        private final String name;
        private volatile long deadline;
        private volatile boolean over;
        private Consumer<Entry> plan = Entry::end;
        private int looks;

        private Entry(String name, long deadline) {
            this.name = name;
            this.deadline = deadline;
        }

        private Entry handIn() {
            sweep.refile(this);
            return this;
        }

        private void move(long newDeadline) {
            deadline = newDeadline;
            sweep.moved(this, newDeadline);
        }

        private void end() {
            over = true;
        }

        @Override
        long deadline() {
            looks++;
            return deadline;
        }

        @Override
        boolean isOver() {
            return over;
        }

        @Override
        void due(long now) {
            log.add(name + "@" + now);
            plan.accept(this);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Entry entry(String name, long deadline) {
        return new Entry(name, deadline).handIn();
    }

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
    void aDeadlineThatMovesOnWithEveryRequestIsLookedAtSeldom() {
        Entry a = entry("a", 10_000);
        at(50);
        a.looks = 0;

        for (long now = 100; now <= 100_000; now += 100) {
            at(now);
            a.move(now + 10_000);
            assertThat(a.queued).isFalse();
        }

        assertThat(a.looks).isLessThan(50);
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

    // --- how far ahead

    @Test
    void noEntryIsFiledFurtherAheadThanTheHorizon() {
        horizon = 1_000;
        Entry a = entry("a", NO_DEADLINE);
        at(50);
        assertThat(a.filedFor).isEqualTo(1_050);

        a.move(1_060);
        assertThat(a.queued).isFalse();
        at(1_099);
        assertThat(log).isEmpty();
        at(1_100);
        assertThat(log).containsExactly("a@1100");
    }

    @Test
    void theHorizonIsThatOfTheMoment() {
        horizon = 5_000;
        Entry a = entry("a", NO_DEADLINE);
        at(50);
        assertThat(a.filedFor).isEqualTo(5_050);

        horizon = 300;
        at(5_050);
        assertThat(a.filedFor).isEqualTo(5_350);
    }

    @Test
    void aHorizonShorterThanATickIsATick() {
        horizon = 0;
        Entry a = entry("a", 200);
        at(50);
        assertThat(a.filedFor).isEqualTo(100);
        at(199);
        assertThat(log).isEmpty();
        at(200);
        assertThat(log).containsExactly("a@200");
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

    @Test
    void whoFailsIsLoggedAndTriedAgainAndStopsNobody() {
        Entry a = entry("a", 100);
        a.plan = each -> {
            each.plan = Entry::end;
            throw new IllegalStateException("not now");
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
        assertThat(scheduler.scheduled()).isEqualTo(1 + 1_500 / TICK);
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

    // --- deadlines that move while the sweep looks

    /**
     * In each round all move at once: the clock by a tick, and with it the sweep, on this thread; deadlines of all entries,
     * on two others.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void noDeadlineIsMissedHoweverTheyMove(long seed) throws Exception {
        int rounds = 1_500;
        horizon = 1_000;
        List<Racer> racers =
                IntStream.range(0, 32).mapToObj(i -> new Racer(i, 100)).toList();
        racers.forEach(sweep::refile);
        Phaser round = new Phaser(3);
        List<Thread> movers = Stream.of(new Random(seed), new Random(-seed))
                .map(random -> new Thread(() -> {
                    for (int i = 1; i <= rounds; i++) {
                        round.arriveAndAwaitAdvance();
                        for (Racer racer : racers) {
                            racer.race(i * TICK, random);
                        }
                        round.arriveAndAwaitAdvance();
                    }
                }))
                .toList();
        movers.forEach(Thread::start);

        String missed = "";
        for (int i = 1; i <= rounds; i++) {
            long now = i * TICK;
            round.arriveAndAwaitAdvance();
            at(now);
            round.arriveAndAwaitAdvance();
            if (missed.isEmpty()) {
                missed = Racer.missed(racers, now);
            }
        }
        for (Thread mover : movers) {
            mover.join();
        }

        assertThat(missed).as("seed %d", seed).isEmpty();
        assertThat(racers).as("seed %d", seed).allMatch(racer -> racer.met > 0);
    }

    /** An entry whose deadline jumps about while it is looked at; it is met by moving it a little further. */
    private final class Racer extends Timed {
        private final int number;
        private volatile long deadline;
        private int met;

        private Racer(int number, long deadline) {
            this.number = number;
            this.deadline = deadline;
        }

        private void race(long now, Random random) {
            if (random.nextInt(4) == 0) {
                deadline = now + random.nextInt(random.nextInt(8) == 0 ? 5_000 : 300);
                sweep.moved(this, deadline);
            }
        }

        @Override
        long deadline() {
            return deadline;
        }

        @Override
        boolean isOver() {
            return false;
        }

        @Override
        void due(long now) {
            met++;
            deadline = now + 100;
        }

        private static String missed(List<Racer> racers, long now) {
            return racers.stream()
                    .filter(racer -> racer.deadline + 2 * TICK < now)
                    .map(racer -> "at " + now + ": " + racer.number + " was due at " + racer.deadline)
                    .findFirst()
                    .orElse("");
        }
    }
}
