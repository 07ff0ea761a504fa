package io.github.jettykeepalive.interop.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.interop.Origin;
import io.github.jettykeepalive.interop.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a client was told to do and what it told, against what the server did. */
final class Account {
    static final List<String> COLUMNS = List.of(
            "client",
            "server",
            "requests",
            "answered",
            "GET after a pause: lost",
            "POST after a pause: lost",
            "else lost",
            "how",
            "lost though executed",
            "executed twice",
            "connections",
            "resets sent",
            "closed for",
            "longest stall");
    private static final String OK = "200";

    private final Shift shift;
    private final Told told;
    private final Origin origin;
    private final long resets;
    private final Tally tally = new Tally();

    Account(Shift shift, Told told, Origin origin, long resets) {
        this.shift = shift;
        this.told = told;
        this.origin = origin;
        this.resets = resets;
        shift.steps(Pace.BELOW).forEach(this::enter);
        shift.steps(Pace.AROUND).forEach(this::enter);
    }

    private void enter(Step step) {
        tally.asked(step.question());
        String outcome = told.outcome(step.url());
        if (outcome.equals(OK)) {
            tally.answered(step.question(), 200, step.question().answer());
        } else {
            tally.failed(step.question(), outcome, "after " + step.pause());
        }
    }

    long resets() {
        return resets;
    }

    /** What holds always: nothing is executed twice, nor if it was lost. */
    void assertHonest() {
        tally.assertNothingTwice(origin);
        assertThat(lost(Pace.BELOW)).as("lost and yet executed").allMatch(step -> executions(step) == 0);
        assertThat(lost(Pace.AROUND)).as("lost and yet executed").allMatch(step -> executions(step) == 0);
    }

    /** What holds for every client on a machine that does not stand still: nothing is lost but after a pause. */
    void assertNothingLostBelow() {
        assertThat(lost(Pace.BELOW))
                .as("lost below the timeout, %s", tally.others())
                .isEmpty();
        assertThat(lost(Pace.AROUND)).as("lost, %s", tally.others()).allMatch(Step::reuse);
    }

    void assertNothingLost() {
        tally.assertPerfect(origin, Long.MAX_VALUE);
    }

    private int executions(Step step) {
        return origin.executions(step.question().id());
    }

    private List<Step> lost(Pace pace) {
        return shift.steps(pace).stream()
                .filter(step -> !told.outcome(step.url()).equals(OK))
                .toList();
    }

    /** The line of the table. */
    List<String> row(String client, String server, Duration stall) {
        var row = new ArrayList<>(List.of(client, server, Integer.toString(tally.requests())));
        row.add(Long.toString(tally.succeeded()));
        row.add(edge("GET"));
        row.add(edge("POST"));
        long elsewhere =
                lost(Pace.AROUND).stream().filter(step -> !step.reuse()).count();
        row.add(Long.toString(elsewhere + lost(Pace.BELOW).size()));
        row.add(Tally.words(tally.others()));
        row.add(Long.toString(
                lost(Pace.AROUND).stream().filter(step -> executions(step) > 0).count()));
        row.add(Integer.toString(origin.executedTwice().size()));
        row.add(Long.toString(origin.connections()));
        row.add(Long.toString(resets));
        row.add(Tally.words(origin.closes()));
        row.add(stall.toMillis() + " ms");
        return row;
    }

    private String edge(String method) {
        List<Step> all = shift.steps(Pace.AROUND).stream()
                .filter(step -> step.reuse() && step.question().method().equals(method))
                .toList();
        long lost = all.stream()
                .filter(step -> !told.outcome(step.url()).equals(OK))
                .count();
        return lost + " of " + all.size();
    }
}
