package io.github.jettykeepalive.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What was experienced, in lanes: the order within a lane is part of it, the order between lanes is not. Thread-safe. */
final class Witness {
    private final Map<String, List<String>> lanes = new TreeMap<>();
    private boolean sealed;

    synchronized void add(String lane, String event) {
        if (!sealed) {
            lanes.computeIfAbsent(lane, name -> new ArrayList<>()).add(event);
        }
    }

    synchronized int count() {
        return lanes.values().stream().mapToInt(List::size).sum();
    }

    /** The lanes as they are, each in one line; nothing is added from here on. */
    synchronized Map<String, String> seal() {
        sealed = true;
        return lanes.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, e -> String.join("; ", e.getValue()), (a, b) -> a, TreeMap::new));
    }
}
