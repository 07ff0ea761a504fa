package io.github.jettykeepalive.hostile;

import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs two actors one step at a time: only one of them runs, and at the steps it was told it has the other go on.
 *
 * <p>A step ends at every {@link #point}, which {@link SteppedLoader} puts before whatever two threads can race for.
 */
public final class Interleaver {
    private static final long PATIENCE = 10;
    private static final ThreadLocal<Integer> WITHIN = ThreadLocal.withInitial(() -> 0);
    private static volatile @Nullable Interleaver current;

    private final Set<Integer> switches;
    private final Semaphore[] turns = {new Semaphore(0), new Semaphore(0)};
    private final Thread[] actors = new Thread[2];
    private final boolean[] over = new boolean[2];
    private volatile @Nullable Throwable failure;
    private volatile int steps;

    private Interleaver(Set<Integer> switches) {
        this.switches = switches;
    }

    /**
     * Runs both to their end.
     *
     * @param switches the steps, counted over both from 1, before which the other has its turn
     * @return how many steps there were
     */
    static int run(Runnable first, Runnable second, Set<Integer> switches) throws InterruptedException {
        var run = new Interleaver(switches);
        run.actors[0] = new Thread(() -> run.act(0, first), "first");
        run.actors[1] = new Thread(() -> run.act(1, second), "second");
        current = run;
        try {
            for (Thread actor : run.actors) {
                actor.start();
            }
            run.turns[0].release();
            for (Thread actor : run.actors) {
                actor.join(TimeUnit.SECONDS.toMillis(PATIENCE));
                if (actor.isAlive()) {
                    throw new AssertionError(actor + " hangs, switched at " + switches);
                }
            }
        } finally {
            current = null;
        }
        if (run.failure != null) {
            throw new AssertionError("switched at " + switches, run.failure);
        }
        return run.steps;
    }

    private void act(int actor, Runnable task) {
        try {
            turns[actor].acquire();
            task.run();
        } catch (Throwable x) {
            failure = x;
        }
        over[actor] = true;
        turns[1 - actor].release();
    }

    /** The steps from here to {@link #leave} are one. */
    public static void enter() {
        WITHIN.set(WITHIN.get() + 1);
    }

    public static void leave() {
        WITHIN.set(WITHIN.get() - 1);
    }

    /** Called before every step; on a thread that is no actor of a run it does nothing. */
    public static void point() {
        Interleaver run = current;
        if (run != null && WITHIN.get() == 0) {
            Thread thread = Thread.currentThread();
            if (thread == run.actors[0]) {
                run.step(0);
            } else if (thread == run.actors[1]) {
                run.step(1);
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one runs at a time
    private void step(int actor) {
        steps++;
        if (switches.contains(steps) && !over[1 - actor]) {
            turns[1 - actor].release();
            turns[actor].acquireUninterruptibly();
        }
    }
}
