package io.github.jettykeepalive.interop.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a client told of each request: {@code 200}, another status, or in a word how it failed. */
final class Told {
    private static final Pattern ASKED = Pattern.compile("asked (\\S+) (\\S+)");
    private static final Pattern SUMMARY = Pattern.compile("summary sent=(\\d+)((?: \\S+=\\d+)*)");

    private final Map<String, String> outcomes = new LinkedHashMap<>();

    /**
     * Reads a script's output: a line {@code asked URL OUTCOME} for each request, and last
     * {@code summary sent=N OUTCOME=N ...}.
     */
    static Told of(List<String> lines) {
        var told = new Told();
        lines.forEach(told::readAsked);
        told.check(lines);
        return told;
    }

    private void readAsked(String line) {
        var matcher = ASKED.matcher(line);
        if (matcher.matches()) {
            add(matcher.group(1), matcher.group(2));
        }
    }

    void add(String url, String outcome) {
        if (outcomes.put(url, outcome) != null) {
            throw new AssertionError("told twice: " + url);
        }
    }

    private void check(List<String> lines) {
        String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        var matcher = SUMMARY.matcher(last);
        if (!matcher.matches()) {
            throw new AssertionError("no summary:\n" + String.join("\n", lines));
        }
        var counts = new TreeMap<String, Integer>();
        outcomes.values().forEach(outcome -> counts.merge(outcome, 1, Integer::sum));
        var summed = new TreeMap<String, Integer>();
        for (String pair : matcher.group(2).strip().split(" ")) {
            String[] sides = pair.split("=");
            summed.put(sides[0], Integer.valueOf(sides[1]));
        }
        if (Integer.parseInt(matcher.group(1)) != outcomes.size() || !summed.equals(counts)) {
            throw new AssertionError(last + ", but " + counts);
        }
    }

    /** What became of a request; that nothing was told of it is an error. */
    String outcome(String url) {
        String outcome = outcomes.get(url);
        if (outcome == null) {
            throw new AssertionError("nothing was told of " + url);
        }
        return outcome;
    }

    int size() {
        return outcomes.size();
    }
}
