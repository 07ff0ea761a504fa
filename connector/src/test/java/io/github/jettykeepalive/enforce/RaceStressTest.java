package io.github.jettykeepalive.enforce;

import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The pairs of {@link RacesTest} and {@link EndingRacesTest}, left to two threads. Whichever wins: a request is served or was
 * never accepted, an end is counted once, and nobody waits for ever.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RaceStressTest {
    private static final int ROUNDS = 2000;
    private static final int SPINS = 400;

    private final CyclicBarrier start = new CyclicBarrier(2);
    private ExecutorService other;

    @BeforeAll
    void begin() {
        other = Executors.newSingleThreadExecutor();
    }

    @AfterAll
    void end() {
        other.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource
    void nobodyIsServedTwiceOrForgotten(Duel pair) throws Exception {
        var random = new Random(pair.ordinal());
        for (int i = 0; i < ROUNDS; i++) {
            var round = pair.begin();
            int spins = random.nextInt(2 * SPINS) - SPINS;
            Future<?> there = other.submit(() -> {
                start.await();
                spin(-spins);
                pair.another(round);
                return null;
            });
            start.await();
            spin(spins);
            pair.one(round);
            there.get(10, TimeUnit.SECONDS);
            round.assertEndsWell();
        }
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }
}
