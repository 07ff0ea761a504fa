package io.github.jettykeepalive.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every order of the steps of two that race for a connection, as long as neither is interrupted more than a few times. Most
 * races take one interruption to lose, and nearly all two.
 */
class InterleavingTest {
    private static final String PACKAGE = "io.github.jettykeepalive.enforce";
    private static final int INTERRUPTIONS = Effort.of(2, 3);
    private static final Set<String> SHARED = Set.of(
            "state",
            "queued",
            "filedFor",
            "plan",
            "idleSince",
            "waiting",
            "peerGone",
            "discarded",
            "verdict",
            "unread");

    private static final SteppedLoader STEPPED = new SteppedLoader(PACKAGE, "MemoryEndPoint", SHARED);
    private static final Class<?> DUEL = load("Duel");
    private static final Class<?> ROUND = load("Duel$Round");

    private static Class<?> load(String name) {
        try {
            return Class.forName(PACKAGE + "." + name, true, STEPPED);
        } catch (ClassNotFoundException x) {
            throw new ExceptionInInitializerError(x);
        }
    }

    static Stream<Object> duels() {
        return Arrays.stream(DUEL.getEnumConstants());
    }

    @ParameterizedTest
    @MethodSource("duels")
    void endsWellInEveryOrder(Object duel) throws Exception {
        int runs = 0;
        for (boolean swapped : new boolean[] {false, true}) {
            runs += explore(duel, swapped, List.of(), 0);
        }
        assertThat(runs).as("orders").isGreaterThan(50);
        if (Effort.isSoak()) {
            System.out.println(duel + ": " + runs + " orders");
        }
    }

    /** Runs with these switches, then with one more at every later step. */
    private static int explore(Object duel, boolean swapped, List<Integer> switches, int last) throws Exception {
        int steps = run(duel, swapped, switches);
        int runs = 1;
        if (switches.size() < INTERRUPTIONS) {
            for (int step = last + 1; step <= steps; step++) {
                var more = new ArrayList<>(switches);
                more.add(step);
                runs += explore(duel, swapped, more, step);
            }
        }
        return runs;
    }

    private static int run(Object duel, boolean swapped, List<Integer> switches) throws Exception {
        Object round = invoke(DUEL.getDeclaredMethod("begin"), duel);
        Method one = DUEL.getDeclaredMethod("one", ROUND);
        Method another = DUEL.getDeclaredMethod("another", ROUND);
        Runnable first = () -> invoke(swapped ? another : one, duel, round);
        Runnable second = () -> invoke(swapped ? one : another, duel, round);
        try {
            int steps = Interleaver.run(first, second, new HashSet<>(switches));
            invoke(ROUND.getDeclaredMethod("assertEndsWell"), round);
            return steps;
        } catch (AssertionError failure) {
            String who = swapped ? "the other first" : "the one first";
            throw new AssertionError(duel + ", " + who + ", switched before the steps " + switches, failure);
        }
    }

    private static Object invoke(Method method, Object on, Object... arguments) {
        try {
            method.setAccessible(true);
            return method.invoke(on, arguments);
        } catch (InvocationTargetException x) {
            throw x.getCause() instanceof Error error ? error : new AssertionError(x.getCause());
        } catch (IllegalAccessException x) {
            throw new AssertionError(x);
        }
    }
}
