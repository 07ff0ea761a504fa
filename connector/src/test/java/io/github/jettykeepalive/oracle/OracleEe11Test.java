package io.github.jettykeepalive.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.oracle.Oracle.Kind;
import io.github.jettykeepalive.oracle.Oracle.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An application cannot tell this connector from stock Jetty, except by what README lists.
 *
 * <p>The short form plays the same seeds every time. {@code -Psoak -Doracle.minutes=N} goes on from a new one for that long;
 * {@code -Doracle.seed=N} plays one, and prints it.
 */
class OracleEe11Test {
    private static final int SHORT_FORM = 360;
    private static final long FIRST = 100;

    /** Episodes behind those of the short form in which rules are at work that seldom are; several for each, as one may be left out. */
    private static final List<Long> RARE = List.of(
            503L, 510L, 953L, 621L, 626L, 763L, 804L, 893L, 925L, 962L, 1063L, 1092L, 1099L, 1229L, 1550L, 1827L, 2969L,
            8313L);

    private static final int BATCH = SHORT_FORM;
    private static final int AT_ONCE = 40;

    /** How often more an episode is played that has something to prove. */
    private static final int AGAIN = 3;

    /** Of a hundred episodes, so many may be of no use, because stock Jetty does not do the same twice. */
    private static final int LEFT_OUT = 12;

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void applicationCannotTellThisConnectorFromStockJetty() throws Exception {
        try (var hush = new Hush();
                var oracle = new Oracle()) {
            String seed = System.getProperty("oracle.seed");
            if (seed != null) {
                replay(oracle, Long.parseLong(seed));
                return;
            }
            oracle.warmUp();
            Tally tally = play(oracle);
            System.out.println(tally);
            assertThat(tally.found().stream().map(verdict -> told(oracle, verdict)))
                    .isEmpty();
            assertThat(100 * tally.count(Kind.LEFT_OUT) / tally.count())
                    .as("stock Jetty differs from itself")
                    .isLessThanOrEqualTo(LEFT_OUT);
            for (AllowedDifferences rule : AllowedDifferences.values()) {
                assertThat(tally.uses(rule)).as("uses of %s", rule).isPositive();
            }
        }
    }

    private static String told(Oracle oracle, Verdict verdict) {
        try {
            return "replay with -Doracle.seed=" + verdict.episode().seed() + "\n" + new Shrinker(oracle).shrink(verdict)
                    + "\nshrunk from\n" + verdict;
        } catch (Exception x) {
            throw new AssertionError(
                    "replay with -Doracle.seed=" + verdict.episode().seed(), x);
        }
    }

    private static void replay(Oracle oracle, long seed) throws Exception {
        Oracle.Verdict verdict = oracle.judge(Generator.episode(seed));
        System.out.println(verdict);
        if (verdict.kind() == Kind.DIFFERENT) {
            throw new AssertionError(new Shrinker(oracle).shrink(verdict));
        }
    }

    /** Plays a batch after the other, and sees between them that the servers rest. */
    private static Tally play(Oracle oracle) throws Exception {
        boolean soak = Boolean.getBoolean("oracle.soak");
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(Integer.getInteger("oracle.minutes", 30));
        long seed = soak ? System.nanoTime() & 0xFFFF_FFFFL : FIRST;
        var tally = new Tally();
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
        try {
            while (soak ? System.nanoTime() < deadline : tally.count() < SHORT_FORM) {
                batch(oracle, pool, tally, seed);
                seed += BATCH;
                for (int i = 0; i < AGAIN && tally.isUnused(); i++) {
                    batch(oracle, pool, tally, RARE);
                }
                Quiet.check(oracle);
            }
        } finally {
            pool.shutdownNow();
        }
        return tally;
    }

    private static void batch(Oracle oracle, ExecutorService pool, Tally tally, long seed) throws Exception {
        List<Long> seeds = new ArrayList<>(RARE);
        LongStream.range(seed, seed + BATCH).forEach(seeds::add);
        batch(oracle, pool, tally, seeds);
    }

    private static void batch(Oracle oracle, ExecutorService pool, Tally tally, List<Long> seeds) throws Exception {
        var running = new ArrayList<Future<Verdict>>();
        for (long each : seeds) {
            Episode episode = Generator.episode(each);
            running.add(pool.submit(() -> oracle.judge(episode)));
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (Future<Verdict> each : running) {
            verdicts.add(each.get());
        }
        for (Verdict verdict : verdicts) {
            Verdict believed = verdict.kind() == Kind.DIFFERENT ? met(oracle, verdict) : verdict;
            tally.add(believed);
            if (believed.kind() == Kind.DIFFERENT) {
                System.out.println(believed);
            }
        }
    }

    /** A difference is believed when most plays of the episode alone show it; one that only a crowded machine shows is printed. */
    private static Verdict met(Oracle oracle, Verdict verdict) throws Exception {
        int again = 0;
        for (int i = 0; i < AGAIN; i++) {
            again += oracle.judge(verdict.episode()).kind() == Kind.DIFFERENT ? 1 : 0;
        }
        if (again > 1) {
            return verdict;
        }
        System.out.println("met in a crowd, and in " + AGAIN + " plays alone not again: " + verdict);
        return new Verdict(verdict.episode(), Kind.ONCE, verdict.used(), verdict.differences());
    }
}
