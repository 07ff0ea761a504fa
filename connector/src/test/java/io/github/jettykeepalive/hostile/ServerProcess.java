package io.github.jettykeepalive.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A {@link HostileServer} in a process of its own. Closing it ends it in order, and asserts that it could. */
final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final Thread reader = new Thread(this::read, "hostile-server-output");

    /**
     * @param files how many file descriptors it may have
     * @param heap its largest heap, as for {@code -Xmx}
     * @param arguments of {@link HostileServer}
     */
    ServerProcess(int files, String heap, String... arguments) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + files + " && exec \"$@\"", "sh", java));
        command.addAll(List.of("-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), HostileServer.class.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        reader.start();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
                if (line.startsWith(HostileServer.PORT)) {
                    port.complete(Integer.parseInt(line.substring(HostileServer.PORT.length())));
                }
            }
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        } finally {
            port.completeExceptionally(new AssertionError("not started: " + output));
        }
    }

    int port() throws Exception {
        return port.get(1, TimeUnit.MINUTES);
    }

    List<String> output(Predicate<String> filter) {
        return output.stream().filter(filter).toList();
    }

    @Override
    public void close() throws Exception {
        try {
            process.getOutputStream().close();
            assertThat(process.waitFor(1, TimeUnit.MINUTES))
                    .as("it stops: %s", output)
                    .isTrue();
            reader.join();
            assertThat(process.exitValue()).as("its end: %s", output).isZero();
            assertThat(output(line -> line.startsWith(HostileServer.LEFT + "0 of ")))
                    .hasSize(1);
            assertThat(output(line -> line.contains("OutOfMemory"))).isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }
}
