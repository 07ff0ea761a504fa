package io.github.jettykeepalive.oracle;

import io.github.jettykeepalive.oracle.Oracle.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Makes an episode that shows a difference as short as it can be while it still shows it. */
final class Shrinker {
    private static final int AT_ONCE = 12;
    private static final int ROUNDS = 40;

    private final Oracle oracle;

    Shrinker(Oracle oracle) {
        this.oracle = oracle;
    }

    /** The shortest episode found that differs in one of the ways that this one does. */
    Verdict shrink(Verdict found) throws Exception {
        Verdict shortest = found;
        var tried = new HashSet<String>();
        for (int i = 0; i < ROUNDS; i++) {
            var pool = Executors.newFixedThreadPool(AT_ONCE);
            try {
                var judging = new ExecutorCompletionService<Verdict>(pool);
                int count = 0;
                for (Episode each : simpler(shortest.episode())) {
                    if (tried.add(each.toString())) {
                        judging.submit(() -> oracle.judge(each));
                        count++;
                    }
                }
                Verdict next = firstAlike(judging, count, signatures(found));
                if (next == null) {
                    return shortest;
                }
                shortest = next;
            } finally {
                pool.shutdownNow();
            }
        }
        return shortest;
    }

    private static Set<String> signatures(Verdict verdict) {
        return verdict.differences().stream().map(Difference::signature).collect(Collectors.toSet());
    }

    /** The first of those that are over that differs alike; the others are of no interest then. */
    private static Verdict firstAlike(CompletionService<Verdict> judging, int count, Set<String> signatures)
            throws InterruptedException {
        for (int i = 0; i < count; i++) {
            try {
                Verdict verdict = judging.take().get();
                if (verdict.kind() == Oracle.Kind.DIFFERENT
                        && signatures(verdict).stream().anyMatch(signatures::contains)) {
                    return verdict;
                }
            } catch (ExecutionException notPlayable) {
                // A simpler one that cannot be played is none.
            }
        }
        return null;
    }

    /** What is simpler by one thing, the greatest first. */
    private static List<Episode> simpler(Episode episode) {
        var simpler = new ArrayList<Episode>();
        List<Turn> story = episode.story();
        for (int size = story.size() / 2; size > 0; size /= 2) {
            for (int from = 0; from + size <= story.size(); from += size) {
                var rest = new ArrayList<>(story);
                rest.subList(from, from + size).clear();
                simpler.add(episode.with(rest));
            }
        }
        simplerSetups(episode.setup()).forEach(setup -> simpler.add(episode.with(setup)));
        for (int i = 0; i < story.size(); i++) {
            Turn turn = simpler(story.get(i));
            if (turn != null) {
                var changed = new ArrayList<>(story);
                changed.set(i, turn);
                simpler.add(episode.with(changed));
            }
        }
        joined(episode, simpler);
        return simpler;
    }

    private static List<Setup> simplerSetups(Setup of) {
        var setups = new ArrayList<Setup>();
        setups.add(new Setup(
                Setup.Transport.PLAIN,
                of.settings(),
                of.chain(),
                of.ending(),
                of.loose(),
                of.smallBuffers(),
                of.crowd()));
        if (of.chain() == Setup.Chain.OBSERVED) {
            setups.add(new Setup(
                    of.transport(),
                    of.settings(),
                    Setup.Chain.BARE,
                    of.ending(),
                    of.loose(),
                    of.smallBuffers(),
                    of.crowd()));
        }
        setups.add(new Setup(
                of.transport(),
                of.settings(),
                of.chain(),
                Setup.Ending.LEAVE,
                of.loose(),
                of.smallBuffers(),
                of.crowd()));
        setups.add(new Setup(of.transport(), of.settings(), of.chain(), of.ending(), false, false, of.crowd()));
        setups.removeIf(of::equals);
        return setups;
    }

    private static Turn simpler(Turn turn) {
        if (!(turn instanceof Turn.OfHandler handler)) {
            return null;
        }
        if (handler.aside()) {
            return new Turn.OfHandler(handler.exchange(), false, handler.step());
        }
        if (handler.step() instanceof CoreStep.Write write
                && (write.size() > 10 || write.how() != CoreStep.Wait.BLOCK)) {
            return new Turn.OfHandler(
                    handler.exchange(),
                    false,
                    new CoreStep.Write(Math.min(10, write.size()), write.last(), CoreStep.Wait.BLOCK));
        }
        return null;
    }

    /** Two segments in one. */
    private static void joined(Episode episode, List<Episode> simpler) {
        List<Turn> story = episode.story();
        for (int i = 0; i + 1 < story.size(); i++) {
            if (story.get(i) instanceof Turn.OfClient one
                    && one.act() instanceof Act.Send first
                    && story.get(i + 1) instanceof Turn.OfClient other
                    && other.act() instanceof Act.Send second) {
                var pieces = new ArrayList<>(first.pieces());
                pieces.addAll(second.pieces());
                var changed = new ArrayList<>(story);
                changed.remove(i + 1);
                changed.set(i, new Turn.OfClient(new Act.Send(List.copyOf(pieces))));
                simpler.add(episode.with(changed));
            }
        }
    }
}
