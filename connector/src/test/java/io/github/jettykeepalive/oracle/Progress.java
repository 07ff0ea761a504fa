package io.github.jettykeepalive.oracle;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who has had which turn of the story. An actor waits for the earlier turns of the others; one that waits for it in its turn (a
 * read of what has not been sent) is passed over as soon as nothing happens any more.
 */
final class Progress {
    /** How long nothing may happen while somebody is in the middle of a turn that may wait for others. */
    private static final long BLOCKED = 60_000_000;

    /** The same, when the client has nothing more to do than to end the conversation. */
    private static final long LAST = 300_000_000;

    /** How long nothing may happen while somebody's turn has yet to begin, or waits for nobody. */
    private static final long ABSENT = 600_000_000;

    private final List<Turn> story;
    private final boolean loose;
    private final boolean[] started;
    private final boolean[] done;
    private final SortedSet<Integer> waiting = new TreeSet<>();
    private int clientActs;
    private boolean closed;
    private boolean over;
    private long latest = Pulse.now();

    Progress(List<Turn> story, boolean loose) {
        this.story = story;
        this.loose = loose;
        started = new boolean[story.size()];
        done = new boolean[story.size()];
    }

    /** Waits for this turn to come, and begins it; how many of the client's had begun by then. */
    synchronized int begin(int position) {
        await(position, story.get(position).actor(), BLOCKED);
        started[position] = true;
        clientActs += story.get(position) instanceof Turn.OfClient ? 1 : 0;
        moved();
        return clientActs;
    }

    /** How many of the client's turns have begun, the end of the conversation included. */
    synchronized int clientActs() {
        return clientActs;
    }

    /** Waits until the application has had all its turns, or cannot go on. */
    synchronized void awaitOthers() {
        await(story.size(), Turn.OfClient.CLIENT, LAST);
        clientActs++;
    }

    private void await(int position, String actor, long blocked) {
        waiting.add(position);
        try {
            while (!loose && !over) {
                long rest = patience(position, actor, blocked) - (Pulse.now() - latest);
                // Those who have waited in vain for the same go on one after the other.
                if (rest <= 0 && waiting.first() == position) {
                    break;
                }
                wait(Math.max(1, rest / 1_000_000));
            }
        } catch (InterruptedException x) {
            Thread.currentThread().interrupt();
        } finally {
            waiting.remove(position);
        }
    }

    /** Nobody waits any more. */
    synchronized void abandon() {
        over = true;
        notifyAll();
    }

    private long patience(int position, String actor, long blocked) {
        long patience = 0;
        for (int i = 0; i < position; i++) {
            if (done[i] || story.get(i).actor().equals(actor)) {
                continue;
            }
            if (started[i] && (story.get(i).mayWait() || isLast(i))) {
                return blocked;
            }
            if (started[i] || !closed || hasBegun(story.get(i).actor())) {
                patience = ABSENT;
            }
        }
        return patience;
    }

    private boolean hasBegun(String actor) {
        for (int i = 0; i < started.length; i++) {
            if (started[i] && story.get(i).actor().equals(actor)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the exchange is to end with this turn. */
    private boolean isLast(int position) {
        Turn turn = story.get(position);
        return turn instanceof Turn.OfHandler
                && story.subList(position + 1, story.size()).stream()
                        .noneMatch(later -> later.actor().equals(turn.actor()));
    }

    /** The exchange is over, and with it the turns of the application that have begun. */
    synchronized void endExchange(int exchange) {
        for (int i = 0; i < started.length; i++) {
            if (story.get(i) instanceof Turn.OfHandler handler && handler.exchange() == exchange) {
                done[i] |= started[i];
            }
        }
        moved();
    }

    synchronized void end(int position) {
        done[position] = true;
        moved();
    }

    /** The server's connection is closed: no other request begins. */
    synchronized void closed() {
        closed = true;
        moved();
    }

    private void moved() {
        latest = Pulse.now();
        notifyAll();
    }
}
