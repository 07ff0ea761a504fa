package io.github.jettykeepalive.oracle;

import java.util.Random;

/** Chance, repeatable from a seed. */
final class Dice {
    private final Random random;

    /** Neighbouring seeds give unlike sequences. */
    Dice(long seed) {
        random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
    }

    /** True in so many of a hundred cases. */
    boolean percent(int chance) {
        return random.nextInt(100) < chance;
    }

    /** From 0 up to, but not including, the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** One of these; whoever is to come up more often stands there more often. */
    @SafeVarargs
    final <T> T one(T... of) {
        return of[random.nextInt(of.length)];
    }
}
