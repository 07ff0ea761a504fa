package io.github.jettykeepalive.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jettykeepalive.demo.experiment.Experiments;
import io.github.jettykeepalive.demo.lab.Experiment;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands that a page offers to copy, run by a shell: they show what the experiment is about. */
class ReproduceTest extends RunningLab {
    private static final Pattern COMMANDS = Pattern.compile("data-commands=\"([^\"]*)\"");

    /** Long enough for what the server does after a timeout of its own; some clients would wait longer. */
    private static final int SECONDS = 13;

    /** What is found in the output of each command, in the order of the page. */
    private static final Map<String, List<String>> SHOWN = Map.ofEntries(
            Map.entry("handshake", List.of("(?s)max=4.*max=3.*max=2", "(?s)max=1.*Connection: close.*max=1")),
            Map.entry("page", List.of("real", "real")),
            Map.entry("tokens", List.of("< Connection: close", "< Connection: close", "< Proxy-Connection")),
            Map.entry("relay", List.of("< Connection: close", "< Connection: keep-alive")),
            Map.entry("413", List.of("^413", "\\d")),
            Map.entry("half-close", List.of("^600\\d{3}", "\\d")),
            Map.entry("truncation", List.of("curl says 56", "curl says 0")),
            Map.entry("pipeline", List.of("^5\n")),
            Map.entry("idle-race", List.of("(?s)HTTP/1.1 200.*HTTP/1.1 200")),
            Map.entry("slow-header", List.of("^HTTP/1.1 408", "^$")),
            Map.entry("nagle", List.of("nagleMillis")),
            Map.entry("time-wait", List.of("127.0.0.1")),
            Map.entry("clients", List.of("\"verdict\":")),
            Map.entry("drain", List.of("true", "< Connection: close", "false")));

    @TempDir
    private static Path folder;

    static Stream<String> names() {
        return Experiments.all().stream().map(Experiment::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void commandsShowIt(String name) throws Exception {
        for (String program : List.of("bash", "curl", "nc", "ss")) {
            assumeTrue(isInstalled(program), program + " is not installed");
        }
        Matcher page = COMMANDS.matcher(lab.get("/lab/" + name).body());
        assertThat(page.find()).isTrue();
        List<String> commands = unescape(page.group(1)).lines().toList();
        assertThat(commands).hasSameSizeAs(SHOWN.get(name));
        for (int i = 0; i < commands.size(); i++) {
            assertThat(run(commands.get(i)))
                    .as(commands.get(i))
                    .containsPattern(SHOWN.get(name).get(i));
        }
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> new File(folder, program).canExecute());
    }

    private static String unescape(String html) {
        return html.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }

    /** What a command has printed when it ends, or when it has had its time. */
    private static String run(String command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "command", ".txt");
        Process shell = new ProcessBuilder("bash", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!shell.waitFor(SECONDS, TimeUnit.SECONDS)) {
            destroy(shell.toHandle());
        }
        return Files.readString(output);
    }

    /** From the shell downwards: one that outlives its child reports that in what the command has said. */
    private static void destroy(ProcessHandle process) {
        List<ProcessHandle> children = process.children().toList();
        process.destroy();
        children.forEach(ReproduceTest::destroy);
    }
}
