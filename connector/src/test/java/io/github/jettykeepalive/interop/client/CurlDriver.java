package io.github.jettykeepalive.interop.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process for each worker, with a list of transfers. curl cannot wait between two of them, so the pause is a transfer too, from
 * a server that takes so long to answer.
 */
final class CurlDriver implements Driver {
    private static final Pattern ASKED = Pattern.compile("(.*) asked (\\S+) (\\d+) (\\d+)");
    /** What curl's exit codes mean for a request. */
    private static final Map<String, String> FAILURES = Map.of("52", "closed", "55", "pipe", "56", "reset");

    @Override
    public Told drive(ClientHost host, Desk desk, Shift shift) throws Exception {
        var files = new ArrayList<Path>();
        var processes = new ArrayList<Running>();
        try {
            for (Worker worker : shift.workers()) {
                Path file = Files.writeString(Files.createTempFile("curl", ".cfg"), config(worker, desk));
                files.add(file);
                processes.add(Running.start(host, List.of("curl", "-q", "-K", file.toString())));
            }
            var told = new Told();
            for (int i = 0; i < processes.size(); i++) {
                read(processes.get(i).lines(true), shift.workers().get(i), told);
            }
            return told;
        } finally {
            for (Running running : processes) {
                running.close();
            }
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private static String config(Worker worker, Desk desk) {
        var config = new StringBuilder();
        for (Step step : worker.steps()) {
            if (!step.pause().isZero()) {
                config.append("silent\nurl = ").append(desk.pauseUrl());
                config.append(step.pause().toNanos()).append("\nnext\n");
            }
            config.append("silent\nurl = ").append(step.url()).append('\n');
            if (step.question().content() != null) {
                config.append("data = ").append(step.question().content()).append('\n');
            }
            config.append("write-out = \" asked %{url} %{http_code} %{exitcode}\\n\"\nnext\n");
        }
        // After the last one there is no next.
        return config.substring(0, config.length() - "next\n".length());
    }

    private static void read(List<String> lines, Worker worker, Told told) {
        var steps = worker.steps().iterator();
        for (String line : lines) {
            Matcher asked = ASKED.matcher(line);
            if (asked.matches()) {
                told.add(asked.group(2), outcome(asked, steps.next()));
            }
        }
    }

    private static String outcome(Matcher asked, Step step) {
        String exit = asked.group(4);
        if (!exit.equals("0")) {
            return FAILURES.getOrDefault(exit, "exit-" + exit);
        }
        String status = asked.group(3);
        boolean right = asked.group(1).equals(step.question().answer());
        return !status.equals("200") ? status : right ? "200" : "wrong";
    }
}
