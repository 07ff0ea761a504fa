package io.github.jettykeepalive.enforce;

import static io.github.jettykeepalive.enforce.DeadlineSweep.SLOTS;
import static io.github.jettykeepalive.enforce.DeadlineSweep.TICK;

import io.github.jettykeepalive.testing.ManualClock;
import io.github.jettykeepalive.testing.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A sweep on a clock that stands still until the test moves it on, and entries that write down when they were due. */
abstract class SweepTimeline {
    static final long ROTATION = TICK * SLOTS;

    private final ManualClock clock = new ManualClock();
    private final long start = clock.getAsLong();
    final ManualScheduler scheduler = new ManualScheduler(clock);
    final List<String> log = new ArrayList<>();
    private long suspended;
    final DeadlineSweep sweep = new DeadlineSweep(scheduler, this::now);

    long now() {
        return (clock.getAsLong() - start) / 1_000_000 + suspended;
    }

    /** Time goes on until then, tick by tick. */
    void at(long millis) {
        clock.advance(Duration.ofMillis(millis - now()));
    }

    /** Time has jumped to then without a tick, as in a machine that slept; the next tick is as far away as it was. */
    void wakeAt(long millis) {
        suspended += millis - now();
    }

    /** An entry that is over as soon as it was due, unless its test has other plans. */
    final class Entry extends Timed {
        private final String name;
        volatile long deadline;
        volatile boolean over;
        Consumer<Entry> plan = Entry::end;

        /** What happens before, and again after, the sweep reads the deadline. */
        Runnable onStep = () -> {};

        int steps;

        Entry(String name, long deadline) {
            this.name = name;
            this.deadline = deadline;
        }

        Entry handIn() {
            sweep.refile(this);
            return this;
        }

        void move(long newDeadline) {
            deadline = newDeadline;
            sweep.moved(this, newDeadline);
        }

        void end() {
            over = true;
        }

        @Override
        long deadline() {
            step();
            long seen = deadline;
            step();
            return seen;
        }

        private void step() {
            steps++;
            onStep.run();
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

    Entry entry(String name, long deadline) {
        return new Entry(name, deadline).handIn();
    }
}
