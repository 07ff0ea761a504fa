package io.github.jettykeepalive.interop.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client's process on the clients' host. */
final class Running implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    private final Process process;
    private final Path output;

    private Running(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static Running start(ClientHost host, List<String> command) throws IOException {
        Path output = Files.createTempFile("client", ".log");
        return new Running(host.start(command, output), output);
    }

    /** Waits for its end, which must be a good one unless anything may go wrong with single requests. */
    List<String> lines(boolean mayComplain) throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("did not end: " + soFar());
        }
        if (process.exitValue() != 0 && !mayComplain) {
            throw new AssertionError("ended with " + process.exitValue() + ": " + soFar());
        }
        return soFar();
    }

    List<String> soFar() throws IOException {
        return Files.readAllLines(output);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        Files.deleteIfExists(output);
    }
}
