package io.github.jettykeepalive.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Polls for what nobody announces, such as the state of a TCP connection in the kernel. Sparingly: where something can
 * be waited for (a future, a latch, a byte on a socket), wait for that.
 */
public final class Eventually {
    private static final long PARK_NANOS = 2_000_000;

    private Eventually() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @param what the condition in words, for the failure message
     */
    public static void await(Duration patience, String what, BooleanSupplier condition) {
        await(patience, what, condition::getAsBoolean, Boolean::booleanValue);
    }

    /**
     * Returns the first value that is as expected; the failure message tells the last one that was not.
     *
     * @param what the expectation in words, for the failure message
     */
    public static <T> T await(Duration patience, String what, Supplier<T> actual, Predicate<T> expected) {
        long deadline = System.nanoTime() + patience.toNanos();
        T value = actual.get();
        while (!expected.test(value)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(
                        "not within " + patience.toMillis() + " ms: " + what + " (last: " + value + ")");
            }
            LockSupport.parkNanos(PARK_NANOS);
            value = actual.get();
        }
        return value;
    }
}
