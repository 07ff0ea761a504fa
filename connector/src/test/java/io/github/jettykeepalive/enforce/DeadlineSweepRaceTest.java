package io.github.jettykeepalive.enforce;

import static io.github.jettykeepalive.enforce.DeadlineSweep.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others do while the sweep looks. */
class DeadlineSweepRaceTest extends SweepTimeline {
    /** In each round all move at once: the clock, and with it the sweep, on this thread; deadlines, on two others. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void noDeadlineIsMissedHoweverTheyMove(long seed) throws Exception {
        List<Racer> racers =
                Stream.generate(() -> new Racer(100, false)).limit(64).toList();
        racers.forEach(sweep::refile);

        race(
                seed,
                (mover, now, random) -> racers.forEach(racer -> racer.race(now, random)),
                now -> assertMet(racers, seed, now));

        assertThat(racers).as("seed %d", seed).allMatch(racer -> racer.met);
    }

    /** What one hands in is over, and with it all that is filed, just when the other hands something in. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void nobodyIsForgottenWhenTheSweepParks(long seed) throws Exception {
        Queue<Racer> racers = new ConcurrentLinkedQueue<>();

        race(
                seed,
                (mover, now, random) -> {
                    if (now / TICK % 8 == 2L * mover) {
                        Racer racer = new Racer(now + 2 * TICK, true);
                        racers.add(racer);
                        pause(random.nextInt(100));
                        sweep.refile(racer);
                    }
                },
                now -> {
                    racers.removeIf(racer -> racer.met);
                    assertMet(racers, seed, now);
                });
    }

    private static void assertMet(Collection<Racer> racers, long seed, long now) {
        assertThat(racers)
                .as("seed %d, at %d", seed, now)
                .allMatch(racer -> racer.deadline + 2 * TICK >= now, "is met within two ticks");
    }

    private interface Moves {
        void make(int mover, long now, Random random);
    }

    private void race(long seed, Moves moves, LongConsumer check) throws Exception {
        int rounds = 1_000;
        Phaser round = new Phaser(3);
        List<CompletableFuture<Void>> movers = IntStream.range(0, 2)
                .mapToObj(mover -> startThread(() -> {
                    Random random = new Random(2 * seed + mover);
                    for (long now = TICK; now <= rounds * TICK; now += TICK) {
                        round.arriveAndAwaitAdvance();
                        moves.make(mover, now, random);
                        round.arriveAndAwaitAdvance();
                    }
                }))
                .toList();
        try {
            for (long now = TICK; now <= rounds * TICK; now += TICK) {
                round.arriveAndAwaitAdvance();
                at(now);
                round.arriveAndAwaitAdvance();
                check.accept(now);
            }
        } finally {
            round.forceTermination();
            for (CompletableFuture<Void> mover : movers) {
                mover.get();
            }
        }
    }

    private static CompletableFuture<Void> startThread(Runnable runnable) {
        return CompletableFuture.runAsync(runnable, task -> new Thread(task, "mover").start());
    }

    /** Some ten nanoseconds each: no more than it takes to let another thread in between two steps. */
    private static void pause(int spins) {
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
    }

    /** An entry whose deadline jumps about while it is looked at; once met it is over, or moves on. */
    private final class Racer extends Timed {
        private final boolean once;
        private volatile long deadline;
        private volatile boolean met;
        private int looks;

        private Racer(long deadline, boolean once) {
            this.deadline = deadline;
            this.once = once;
        }

        private void race(long now, Random random) {
            pause(random.nextInt(40));
            if (random.nextInt(16) == 0) {
                if (random.nextBoolean()) {
                    move(now + 200 + random.nextInt(200));
                    pause(random.nextInt(200));
                }
                move(now + random.nextInt(100));
            }
        }

        private void move(long newDeadline) {
            deadline = newDeadline;
            sweep.moved(this, newDeadline);
        }

        @Override
        long deadline() {
            long seen = deadline;
            pause(looks++ % 4 == 3 ? 200 : 0);
            return seen;
        }

        @Override
        boolean isOver() {
            return once && met;
        }

        @Override
        void due(long now) {
            met = true;
            deadline = once ? deadline : now + 5_000;
        }

        @Override
        public String toString() {
            return "due at " + deadline;
        }
    }
}
