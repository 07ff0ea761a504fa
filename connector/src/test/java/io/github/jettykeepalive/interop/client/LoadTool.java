package io.github.jettykeepalive.interop.client;

import io.github.jettykeepalive.interop.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tools that make load, and what they say of themselves. */
enum LoadTool {
    /** HTTP/1.0 with {@code keep-alive}. */
    AB_GET("ab", "apache2-utils") {
        @Override
        List<String> command(String server, int requests) {
            return List.of("ab", "-k", "-q", "-n", "" + requests, "-c", "" + CONNECTIONS, server + "/echo/got");
        }
    },
    AB_POST("ab", "apache2-utils") {
        @Override
        List<String> command(String server, int requests) throws Exception {
            Path content = Files.writeString(Files.createTempFile("ab", ".txt"), "posted");
            return List.of(
                    "ab",
                    "-k",
                    "-q",
                    "-n",
                    "" + requests,
                    "-c",
                    "" + CONNECTIONS,
                    "-p",
                    content.toString(),
                    "-T",
                    "text/plain",
                    server + "/echo/posted");
        }
    },
    WRK("wrk", "wrk") {
        @Override
        List<String> command(String server, int requests) {
            String script = ScriptDriver.resource("wrk.lua").toString();
            String each = Integer.toString(requests / CONNECTIONS);
            // It takes that long even if it has been told to stop.
            String seconds = Integer.toString(Math.max(5, requests / SLOWEST_RATE));
            return List.of(
                    "wrk",
                    "-t",
                    "" + CONNECTIONS,
                    "-c",
                    "" + CONNECTIONS,
                    "-d",
                    seconds,
                    "-s",
                    script,
                    server,
                    "--",
                    each);
        }
    },
    SIEGE("siege", "siege") {
        @Override
        List<String> command(String server, int requests) throws Exception {
            return siege(server, requests, CONNECTIONS, "-b");
        }
    },
    /** Pauses for up to half the timeout. */
    SIEGE_BELOW("siege", "siege") {
        @Override
        List<String> command(String server, int requests) throws Exception {
            return siege(server, requests, users(requests), "--delay=" + TIMEOUT.toSeconds() / 2);
        }
    },
    /** Pauses for up to twice the timeout. */
    SIEGE_AROUND("siege", "siege") {
        @Override
        List<String> command(String server, int requests) throws Exception {
            return siege(server, requests, users(requests), "--delay=" + 2 * TIMEOUT.toSeconds());
        }
    };

    static final Duration TIMEOUT = Duration.ofSeconds(2);
    static final int CONNECTIONS = 10;

    private static final int LEAST_EACH = 10;
    private static final int SLOWEST_RATE = 500;
    private static final int MOST_USERS = 200;
    private static final int REQUESTS_EACH = 5;

    private static final Pattern AB =
            Pattern.compile("(?s).*Complete requests: +(\\d+)\nFailed requests: +(\\d+)\n(.*?\n)(.*)");
    private static final Pattern WRK_SUMMARY = Pattern.compile(
            "(?s).*summary answered=(\\d+) wrong=(\\d+) (connect=\\d+ read=\\d+ write=\\d+ timeout=\\d+)\n?");
    private static final Pattern SIEGE_SUMMARY = Pattern.compile(
            "(?s).*\"transactions\":\\s*(\\d+),.*\"successful_transactions\":\\s*(\\d+),\\s*\"failed_transactions\":\\s*(\\d+),.*");

    private final String program;
    private final String debianPackage;

    LoadTool(String program, String debianPackage) {
        this.program = program;
        this.debianPackage = debianPackage;
    }

    /**
     * What a tool said in the end.
     *
     * @param answered requests that it got the right answer to
     * @param failures everything else, in words; empty if there is nothing
     */
    record Outcome(int answered, String failures) {}

    void require() {
        Programs.find(program, debianPackage);
    }

    /** Whether it pauses beyond the timeout and sends without looking whether the connection has ended. */
    boolean mayLose() {
        return this == SIEGE_AROUND;
    }

    /** Whether it takes an end that the server has announced for a failure, on any server: siege does, and soon gives up. */
    boolean mindsEnds() {
        return program.equals("siege");
    }

    /** How many requests a connection serves on average, at least; the server allows 20, and some of siege's users have no more. */
    int leastRequestsEach() {
        return mindsEnds() ? REQUESTS_EACH : LEAST_EACH;
    }

    abstract List<String> command(String server, int requests) throws Exception;

    Outcome outcome(String output) {
        return switch (this) {
            case AB_GET, AB_POST -> ab(match(AB, output));
            case WRK -> wrk(match(WRK_SUMMARY, output));
            case SIEGE, SIEGE_BELOW, SIEGE_AROUND -> siege(match(SIEGE_SUMMARY, output));
        };
    }

    private static Matcher match(Pattern pattern, String output) {
        var matcher = pattern.matcher(output);
        if (!matcher.matches()) {
            throw new AssertionError("no summary: " + output);
        }
        return matcher;
    }

    private static Outcome ab(Matcher said) {
        int failed = Integer.parseInt(said.group(2));
        String rest = said.group(4).contains("Non-2xx") ? " non-2xx" : "";
        String failures =
                failed == 0 ? rest : "failed " + failed + said.group(3).strip() + rest;
        return new Outcome(Integer.parseInt(said.group(1)) - failed, failures.strip());
    }

    private static Outcome wrk(Matcher said) {
        int answered = Integer.parseInt(said.group(1));
        int wrong = Integer.parseInt(said.group(2));
        String errors = said.group(3);
        boolean clean = wrong == 0 && errors.matches("(\\w+=0 ?)+");
        return new Outcome(answered - wrong, clean ? "" : "wrong=" + wrong + " " + errors);
    }

    private static Outcome siege(Matcher said) {
        int failed = Integer.parseInt(said.group(3));
        return new Outcome(Integer.parseInt(said.group(2)), failed == 0 ? "" : "failed " + failed);
    }

    private static int users(int requests) {
        return Math.max(CONNECTIONS, Math.min(MOST_USERS, requests / REQUESTS_EACH));
    }

    private static List<String> siege(String server, int requests, int users, String pace) throws Exception {
        Path settings = Files.writeString(Files.createTempFile("siege", ".rc"), """
                connection = keep-alive
                protocol = HTTP/1.1
                verbose = false
                json_output = true
                logging = false
                parser = false
                limit = 255
                """);
        Path urls = Files.writeString(
                Files.createTempFile("siege", ".urls"), server + "/echo/got\n" + server + "/echo/posted POST posted\n");
        return List.of(
                "siege",
                "-R",
                settings.toString(),
                "-f",
                urls.toString(),
                "-c",
                "" + users,
                "-r",
                "" + requests / users,
                pace);
    }
}
