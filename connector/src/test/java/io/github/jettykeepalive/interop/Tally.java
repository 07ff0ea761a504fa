package io.github.jettykeepalive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What those who asked got to see, to be compared with what the {@link Origin} did. */
public final class Tally {
    /** What {@link #row} has in it. */
    public static final List<String> COLUMNS =
            List.of("requests", "200", "other", "executed twice", "connections", "requests each", "closed for");

    private static final int EXAMPLES = 5;
    private static final String OK = "200";

    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Map<String, LongAdder> outcomes = new ConcurrentSkipListMap<>();
    private final Queue<String> examples = new ConcurrentLinkedQueue<>();

    /** A request is about to be sent; whoever sends it again says so once only. */
    public void asked(Question question) {
        assertThat(asked.add(question.id())).as("%s is new", question.id()).isTrue();
    }

    /** A whole response came. */
    public void answered(Question question, int status, String body) {
        if (status != 200) {
            count(status + " (" + question.method() + ")", question + ": " + status);
        } else if (!body.equals(question.answer())) {
            count("wrong answer (" + question.method() + ")", question + ": " + body);
        } else {
            count(OK, "");
        }
    }

    /**
     * None came.
     *
     * @param kind a word or two for the table, such as {@code reset}
     */
    public void failed(Question question, String kind, String detail) {
        count(kind + " (" + question.method() + ")", question + ": " + kind + ", " + detail);
    }

    private void count(String outcome, String example) {
        outcomes.computeIfAbsent(outcome, key -> new LongAdder()).increment();
        if (!example.isEmpty() && examples.size() < EXAMPLES) {
            examples.add(example);
        }
    }

    public int requests() {
        return asked.size();
    }

    public long succeeded() {
        return outcomes.containsKey(OK) ? outcomes.get(OK).sum() : 0;
    }

    /** Everything but right answers, by kind. */
    public Map<String, Long> others() {
        var others = new TreeMap<String, Long>();
        outcomes.forEach((outcome, count) -> {
            if (!outcome.equals(OK)) {
                others.put(outcome, count.sum());
            }
        });
        return others;
    }

    /** Every request was answered rightly and executed once, over so many connections at most. */
    public void assertPerfect(Origin origin, long mostConnections) {
        assertThat(others()).as("other than 200, such as %s", examples).isEmpty();
        assertThat(succeeded()).as("right answers").isEqualTo(requests());
        assertThat(asked).as("executed once").allMatch(id -> origin.executions(id) == 1);
        assertThat(origin.requests()).as("executions").isEqualTo(requests());
        assertThat(origin.connections()).as("connections").isLessThanOrEqualTo(mostConnections);
    }

    /** Whatever else happened, nothing was executed twice, and nothing that was not asked. */
    public void assertNothingTwice(Origin origin) {
        assertThat(origin.executedTwice()).isEmpty();
        assertThat(origin.requests()).as("executions").isLessThanOrEqualTo(requests());
        assertThat(asked.stream().mapToInt(origin::executions).sum()).isEqualTo(origin.requests());
    }

    /** What was not answered was not executed either, so it can be asked again. */
    public void assertNothingInVain(Origin origin) {
        assertThat(origin.requests()).as("executions").isEqualTo(Math.toIntExact(succeeded()));
    }

    /** The line of a table that begins with these cells. */
    public List<String> row(Origin origin, String... first) {
        var row = new ArrayList<>(List.of(first));
        row.add(Integer.toString(requests()));
        row.add(Long.toString(succeeded()));
        row.add(words(others()));
        row.add(Integer.toString(origin.executedTwice().size()));
        row.add(Long.toString(origin.connections()));
        row.add(Long.toString(origin.requests() / Math.max(1, origin.connections())));
        row.add(words(origin.closes()));
        return row;
    }

    /** Counts for the cell of a table, in the order of what was counted. */
    public static String words(Map<String, Long> counts) {
        var words = new ArrayList<String>();
        new TreeMap<>(counts).forEach((what, count) -> words.add(what + " " + count));
        return words.isEmpty() ? "–" : String.join(", ", words);
    }
}
