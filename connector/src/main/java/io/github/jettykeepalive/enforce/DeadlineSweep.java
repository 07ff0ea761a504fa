package io.github.jettykeepalive.enforce;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one timer of a connector's connections: a coarse, lazy timing wheel.
 *
 * <p>Moving a deadline costs its owner one write and one comparison. The sweep looks at each entry when its old deadline
 * has come, finds that it has moved, and files it again, at most one turn of the wheel ahead. Only a deadline that moved
 * before the time the entry is filed for is handed in ({@link #refile}): once in a turn if requests come one after the other,
 * and at the end of a connection. So what one kind of timeout is set to costs no entry of another kind anything.
 *
 * <p>A deadline is met at the first tick at or after it, every {@link #TICK} ms. While nothing is filed there is no tick, and
 * while nothing has to be looked at there is one a second: a server at rest is left at rest.
 *
 * <p>Threads: {@link #moved} and {@link #refile} any; all else one at a time, on a thread of the scheduler.
 */
final class DeadlineSweep {
    /** Half of the 100 ms within which deadlines are kept; the other half is for a busy machine. */
    static final long TICK = 50;

    /** With 50 ms each, one turn takes 25.6 s: few enough to fit a page, many enough to look seldom. */
    static final int SLOTS = 512;

    /** Milliseconds that an entry is filed ahead at most, almost. */
    private static final long TURN = TICK * SLOTS;

    /** Ticks from one to the next at most, a second: a clock that jumps, as that of a machine that slept, is noticed by then. */
    private static final int REST = 20;

    /** After so many milliseconds a tick that was to come within {@link #TICK} will not: no machine is that busy for long. */
    static final long LOST = 5000;

    private static final Logger LOG = LoggerFactory.getLogger(DeadlineSweep.class);

    private final Scheduler scheduler;
    private final LongSupplier clock;
    private final Queue<Timed> intake = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean soon = new AtomicBoolean();

    /** When the tick that was asked for soon was asked for. */
    private volatile long askedAt;

    private final AtomicInteger filed = new AtomicInteger();
    private final @Nullable Timed[] slots = new @Nullable Timed[SLOTS];
    private volatile boolean stopped;
    private Scheduler.@Nullable Task later;
    private long lastTick;

    /**
     * A sweep over nothing yet.
     *
     * @param scheduler runs the ticks
     * @param clock milliseconds
     */
    DeadlineSweep(Scheduler scheduler, LongSupplier clock) {
        this.scheduler = scheduler;
        this.clock = clock;
    }

    /** Call after moving a deadline: files the entry again if it would otherwise be looked at too late, or never more. */
    void moved(Timed entry, long deadline) {
        if (deadline < entry.filedFor) {
            refile(entry);
        }
    }

    /** Hands an entry in, to be filed under its deadline or, if it is over, forgotten. */
    void refile(Timed entry) {
        if (entry.queued) {
            return;
        }
        entry.queued = true;
        intake.add(entry);
        tickSoon();
    }

    /** No further tick. */
    void stop() {
        stopped = true;
    }

    /** How many entries are filed. */
    int size() {
        return filed.get();
    }

    /**
     * At the next beat, once, for all who ask before it has come. If it does not come, the scheduler, which others may have stopped,
     * has forgotten it: whoever asks for the next one does the work, so that nothing piles up.
     */
    private void tickSoon() {
        if (soon.compareAndSet(false, true)) {
            long now = clock.getAsLong();
            askedAt = now;
            schedule(this::tickAsked, now / TICK + 1);
        } else if (clock.getAsLong() - askedAt > LOST && !Thread.holdsLock(this)) {
            tickAsked();
        }
    }

    private Scheduler.@Nullable Task schedule(Runnable what, long tick) {
        // On the beat of the slots, whenever this one came.
        long delay = Math.max(0, tick * TICK - clock.getAsLong());
        try {
            return stopped ? null : scheduler.schedule(what, delay, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            // The scheduler is the connector's, and stops with the server; so do all who wait for something.
            return null;
        }
    }

    private synchronized void tickAsked() {
        // Whatever is handed in from here on has another tick. Nobody else says so, or one beat could have several.
        soon.set(false);
        tick();
    }

    /** One at a time, though the one for later may come while the one for soon is on its way. */
    private synchronized void tick() {
        if (stopped) {
            return;
        }
        if (later != null) {
            later.cancel();
            later = null;
        }
        sweep(clock.getAsLong());
        if (filed.get() > 0) {
            later = schedule(this::tick, nextLook());
        }
    }

    /** The next tick that something is filed for, or the last that may be waited for. */
    private long nextLook() {
        long tick = lastTick + 1;
        while (slots[(int) (tick % SLOTS)] == null && tick < lastTick + REST) {
            tick++;
        }
        return tick;
    }

    /** Files what was handed in and looks at all entries whose time has come by {@code now}. */
    void sweep(long now) {
        for (Timed entry = intake.poll(); entry != null; entry = intake.poll()) {
            entry.queued = false;
            unlink(entry);
            file(entry, now);
        }
        long tick = now / TICK;
        // After a long pause (a suspended machine) one turn visits every slot.
        for (long t = Math.max(lastTick + 1, tick - SLOTS + 1); t <= tick; t++) {
            visit((int) (t % SLOTS), now);
        }
        lastTick = Math.max(lastTick, tick);
    }

    private void visit(int slot, long now) {
        Timed entry = slots[slot];
        slots[slot] = null;
        while (entry != null) {
            Timed next = entry.next;
            entry.previous = null;
            entry.next = null;
            entry.slot = -1;
            filed.decrementAndGet();
            file(entry, now);
            entry = next;
        }
    }

    private void file(Timed entry, long now) {
        look(entry, now);
        while (!entry.isOver()) {
            long lookAt = Math.min(entry.deadline(), now + TURN);
            // Rounded up, so that an entry is never looked at before its deadline and then again a tick later.
            long t = Math.max(now / TICK + 1, (lookAt + TICK - 1) / TICK);
            t = Math.min(t, now / TICK + SLOTS - 1);
            entry.filedFor = t * TICK;
            // Whoever moved the deadline meanwhile has seen the old time, or we see the new deadline here.
            if (entry.deadline() > (t - 1) * TICK || t == now / TICK + 1) {
                link(entry, (int) (t % SLOTS));
                return;
            }
        }
        entry.filedFor = Long.MAX_VALUE;
    }

    private static void look(Timed entry, long now) {
        try {
            entry.visited();
            if (!entry.isOver() && entry.deadline() <= now) {
                entry.due(now);
            }
        } catch (Throwable e) {
            LOG.warn("Could not end {}", entry, e);
        }
    }

    private void link(Timed entry, int slot) {
        Timed head = slots[slot];
        entry.slot = slot;
        entry.next = head;
        if (head != null) {
            head.previous = entry;
        }
        slots[slot] = entry;
        filed.incrementAndGet();
    }

    private void unlink(Timed entry) {
        if (entry.slot < 0) {
            return;
        }
        if (entry.previous == null) {
            slots[entry.slot] = entry.next;
        } else {
            entry.previous.next = entry.next;
        }
        if (entry.next != null) {
            entry.next.previous = entry.previous;
        }
        entry.previous = null;
        entry.next = null;
        entry.slot = -1;
        filed.decrementAndGet();
    }
}
