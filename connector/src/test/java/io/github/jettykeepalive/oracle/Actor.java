package io.github.jettykeepalive.oracle;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Plays the turns of one actor of an exchange, an X, one after the other, on whatever thread it is told to go on. */
final class Actor<X> {
    private static final long PATIENCE = 4000;

    final X exchange;
    final Run run;
    private final String name;
    private final Queue<Integer> turns = new ArrayDeque<>();
    private int current = -1;
    private boolean waits;
    private int acts;
    private Playable<X> step;

    Actor(X exchange, Run run, String name) {
        this.exchange = exchange;
        this.run = run;
        this.name = name;
        List<Turn> story = run.episode.story();
        for (int i = 0; i < story.size(); i++) {
            if (story.get(i).actor().equals(name)) {
                turns.add(i);
            }
        }
    }

    boolean hasTurns() {
        return !turns.isEmpty();
    }

    /** Goes on behind the step that suspended the program. */
    void resume() {
        run.enter();
        try {
            do {
                endTurn();
            } while (beginTurn());
        } finally {
            run.leave();
        }
    }

    /**
     * Goes on from a write's callback. Jetty completes no other write before that returns, so that a step which waits for its own is
     * left to another thread.
     */
    void resumeFromWrite() {
        Integer next = turns.peek();
        boolean writes = next != null
                && run.episode.story().get(next) instanceof Turn.OfHandler handler
                && handler.step() instanceof CoreStep step
                && step.awaitsItsWrite();
        if (writes) {
            run.execute(this::resume);
        } else {
            resume();
        }
    }

    /** The last turn ends with the exchange: what its end makes of it happens when the application's thread has returned. */
    private void endTurn() {
        if (waits && run.progress.clientActs() > acts) {
            note("waited for the client");
        }
        waits = false;
        if (current >= 0 && !turns.isEmpty()) {
            run.progress.end(current);
        }
    }

    /** A step of a program whose exchange is an X. */
    interface Playable<X> {
        /** Does it; false if the program goes on, if at all, when the actor is {@linkplain Actor#resume told to}. */
        boolean run(Actor<X> actor) throws Exception;
    }

    /** Plays the next turn; false if there is none, or if it suspends the program. */
    @SuppressWarnings("unchecked") // the story of a handler has a handler's steps, a servlet's a servlet's
    private boolean beginTurn() {
        Integer next = turns.poll();
        if (next == null) {
            return false;
        }
        current = next;
        step = (Playable<X>) ((Turn.OfHandler) run.episode.story().get(next)).step();
        acts = run.progress.begin(next);
        Playable<X> playing = step;
        waits = ((Step) playing).mayWait() && !((Step) playing).writes();
        try {
            return playing.run(this);
        } catch (Throwable failure) {
            note(playing, "threw " + Text.failure(failure));
            return true;
        }
    }

    /** What came of the step that is being played. */
    void note(String event) {
        note(step, event);
    }

    private void note(Playable<X> of, String event) {
        run.witness.add(name, of.getClass().getSimpleName() + " " + event);
    }

    void await(CompletableFuture<?> something) throws InterruptedException {
        try {
            something.get(PATIENCE, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | CompletionException x) {
            note("failed " + Text.failure(x.getCause()));
        } catch (TimeoutException x) {
            note("not complete");
        }
    }
}
