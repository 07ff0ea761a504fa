package io.github.jettykeepalive.interop.client;

import io.github.jettykeepalive.interop.Question;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A process for each worker, with a list of URLs. wget waits before each of them, from half to one and a half times as long as it
 * is told, and either gets all of them or posts the same to all.
 */
final class WgetDriver implements Driver {
    private static final String CONTENT = "posted";
    private static final Pattern ANSWERED = Pattern.compile(".* URL:(\\S+) \\[.*");

    /** The same shift, as far as wget can do it. */
    static Shift adapt(Shift shift, Duration timeout) {
        var workers = new ArrayList<Worker>();
        for (Worker worker : shift.workers()) {
            boolean post = workers.size() % 4 > 1;
            workers.add(new Worker(
                    worker.pace(),
                    worker.steps().stream()
                            .map(step -> adapt(step, pause(worker, timeout), post))
                            .toList()));
        }
        return new Shift(workers);
    }

    private static Step adapt(Step step, Duration pause, boolean post) {
        return new Step(pause, !isFirst(step), new Question(step.question().id(), post ? CONTENT : null), step.url());
    }

    private static boolean isFirst(Step step) {
        return step.question().id().endsWith("-0");
    }

    private static Duration pause(Worker worker, Duration timeout) {
        return switch (worker.pace()) {
            case BELOW -> timeout.dividedBy(4);
            case AROUND -> timeout;
            case PAST_ANNOUNCED, NONE ->
                worker.steps().stream()
                        .map(Step::pause)
                        .max(Duration::compareTo)
                        .orElseThrow();
        };
    }

    @Override
    public Told drive(ClientHost host, Desk desk, Shift shift) throws Exception {
        var told = new Told();
        Path folder = Files.createTempDirectory("wget");
        var processes = new ArrayList<Running>();
        try {
            for (int i = 0; i < shift.workers().size(); i++) {
                processes.add(start(host, shift.workers().get(i), folder.resolve(Integer.toString(i))));
            }
            for (int i = 0; i < processes.size(); i++) {
                var worker = shift.workers().get(i);
                read(processes.get(i).lines(true), worker, folder.resolve(Integer.toString(i)), told);
            }
        } finally {
            for (Running running : processes) {
                running.close();
            }
        }
        return told;
    }

    private static Running start(ClientHost host, Worker worker, Path answers) throws Exception {
        var urls = Path.of(answers + ".urls");
        Files.write(urls, worker.steps().stream().map(Step::url).toList());
        var last = worker.steps().get(worker.steps().size() - 1);
        var command =
                new ArrayList<>(List.of("wget", "--no-config", "-nv", "-O", answers.toString(), "-i", urls.toString()));
        if (!last.pause().isZero()) {
            command.add("--wait=" + last.pause().toMillis() / 1000.0);
        }
        if (worker.pace() == Pace.BELOW || worker.pace() == Pace.AROUND) {
            command.add("--random-wait");
        }
        if (last.question().content() != null) {
            command.add("--post-data=" + CONTENT);
        }
        return Running.start(host, command);
    }

    /** wget logs the URLs that were answered; all answers are in one file. */
    private static void read(List<String> log, Worker worker, Path answers, Told told) throws Exception {
        var answered = new ArrayList<String>();
        for (String line : log) {
            var matcher = ANSWERED.matcher(line);
            if (matcher.matches()) {
                answered.add(matcher.group(1));
            }
        }
        var expected = new StringBuilder();
        for (Step step : worker.steps()) {
            boolean ok = answered.contains(step.url());
            told.add(step.url(), ok ? "200" : "lost");
            expected.append(ok ? step.question().answer() : "");
        }
        if (!Files.readString(answers).contentEquals(expected)) {
            throw new AssertionError("wrong answers, " + String.join("\n", log));
        }
    }
}
