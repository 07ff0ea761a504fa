package io.github.jettykeepalive.oracle;

import io.github.jettykeepalive.oracle.Oracle.Kind;
import io.github.jettykeepalive.oracle.Oracle.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a series of episodes came to. Thread-safe. */
final class Tally {
    private final long began = System.nanoTime();
    private final Map<Kind, Integer> kinds = new EnumMap<>(Kind.class);
    private final Map<AllowedDifferences, Integer> used = new EnumMap<>(AllowedDifferences.class);
    private final List<Verdict> found = new ArrayList<>();

    synchronized void add(Verdict verdict) {
        kinds.merge(verdict.kind(), 1, Integer::sum);
        verdict.used().forEach(rule -> used.merge(rule, 1, Integer::sum));
        if (verdict.kind() == Kind.DIFFERENT) {
            found.add(verdict);
        }
    }

    /** The episodes that differ. */
    synchronized List<Verdict> found() {
        return List.copyOf(found);
    }

    synchronized int count() {
        return kinds.values().stream().mapToInt(Integer::intValue).sum();
    }

    synchronized int count(Kind kind) {
        return kinds.getOrDefault(kind, 0);
    }

    synchronized int uses(AllowedDifferences rule) {
        return used.getOrDefault(rule, 0);
    }

    /** Whether there is a rule that has explained nothing yet. */
    synchronized boolean isUnused() {
        return used.size() < AllowedDifferences.values().length;
    }

    @Override
    public synchronized String toString() {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        return "%d episodes in %d s: %s; rules used %s".formatted(count(), seconds, kinds, used);
    }
}
