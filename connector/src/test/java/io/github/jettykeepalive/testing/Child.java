package io.github.jettykeepalive.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A child process that ran to its end or was killed. */
final class Child {
    private static final int NOT_RUN = 127;
    private static final int KILLED = 137;

    private Child() {}

    /**
     * What became of it.
     *
     * @param exit the exit code; 127 if there is no such program, 137 if it had to be killed
     * @param output both output streams
     */
    record Outcome(int exit, String output) {}

    static Outcome run(Duration patience, List<String> command) throws IOException, InterruptedException {
        return run(patience, command, Map.of());
    }

    static Outcome run(Duration patience, List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("child", ".log");
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            int exit = exitCode(builder, patience);
            return new Outcome(exit, Files.readString(output).strip());
        } finally {
            Files.delete(output);
        }
    }

    private static int exitCode(ProcessBuilder builder, Duration patience) throws InterruptedException {
        Process process;
        try {
            process = builder.start();
        } catch (IOException x) {
            return NOT_RUN;
        }
        if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            return process.exitValue();
        }
        process.destroyForcibly().waitFor();
        return KILLED;
    }
}
