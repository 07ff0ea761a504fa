package io.github.jettykeepalive.interop.client;

import io.github.jettykeepalive.interop.Plan;
import io.github.jettykeepalive.interop.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All that a client is to do in one run: half of its workers pause below the timeout, half around it. */
record Shift(List<Worker> workers) {
    /** An odd number, so that GET and POST take turns after a pause. */
    private static final int BURST = 7;

    /** Below what is announced for all clients here. */
    private static final int FRACTION_BELOW = 4;

    /** More than a worker has. */
    private static final int ROUNDS = 10_000;

    /** A crowd that came all at once would be late to see its answers. */
    private static final Duration STAGGER = Duration.ofMillis(10);

    private static final int PROBES = 6;
    private static final Duration BEYOND = Duration.ofMillis(600);

    /** The requests of a run. */
    static Plan plan(int requests, int workers, Duration timeout, long seed) {
        return new Plan(requests, workers, BURST, timeout, seed);
    }

    static Shift of(Plan plan, int port) {
        var workers = new ArrayList<Worker>();
        for (int number = 0; number < plan.clients(); number++) {
            workers.add(worker(plan, port, number));
        }
        return new Shift(workers);
    }

    private static Worker worker(Plan plan, int port, int number) {
        var pauses = plan.pauses();
        Pace pace = number % 2 == 0 ? Pace.BELOW : Pace.AROUND;
        var steps = new ArrayList<Step>();
        steps.add(step(number, 0, STAGGER.multipliedBy(number), port));
        for (int i = 1; i < plan.requestsOf(number); i++) {
            // Each in rounds of its own, for nobody here needs the others' connections.
            Duration pause = pauses.before(number, i + number * BURST * ROUNDS);
            steps.add(step(number, i, pace == Pace.BELOW ? pause.dividedBy(FRACTION_BELOW) : pause, port));
        }
        return new Worker(pace, steps);
    }

    /** Two workers who find out what the client makes of an announcement. */
    static Shift probes(int port, Duration announced) {
        return new Shift(List.of(
                probe(Pace.PAST_ANNOUNCED, 0, port, announced.plus(BEYOND)), probe(Pace.NONE, 1, port, Duration.ZERO)));
    }

    private static Worker probe(Pace pace, int number, int port, Duration pause) {
        var steps = new ArrayList<Step>();
        for (int i = 0; i < PROBES; i++) {
            boolean after = i % 2 == 0 && i > 0;
            steps.add(step(number, i, after ? pause : Duration.ZERO, port));
        }
        return new Worker(pace, steps);
    }

    private static Step step(int worker, int number, Duration pause, int port) {
        var question = Question.of(worker, number);
        return new Step(
                pause,
                number > 0 && !pause.isZero(),
                question,
                "http://" + ClientHost.address(worker) + ":" + port + question.path());
    }

    List<Step> steps(Pace pace) {
        return workers.stream()
                .filter(worker -> worker.pace() == pace)
                .flatMap(worker -> worker.steps().stream())
                .toList();
    }

    /** As a file for a script. */
    Path write() throws IOException {
        var lines = new ArrayList<String>();
        for (int number = 0; number < workers.size(); number++) {
            for (Step step : workers.get(number).steps()) {
                lines.add(step.line(number));
            }
        }
        return Files.write(Files.createTempFile("steps", ".txt"), lines);
    }
}
