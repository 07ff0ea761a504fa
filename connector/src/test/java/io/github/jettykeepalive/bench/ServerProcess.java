package io.github.jettykeepalive.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@link Contender} in a process of its own. Closing it ends it. */
final class ServerProcess implements AutoCloseable {
    /** The same for all. One collector thread and a fixed heap, so that a collection costs each of them alike. */
    private static final List<String> FLAGS =
            List.of("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", "-XX:-UseDynamicNumberOfCompilerThreads");

    /** {@code sysconf(_SC_CLK_TCK)} is 100 on every Linux that Java runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final int UTIME = 11;

    private final Contender contender;
    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter questions;
    private final int port;
    private final int tlsPort;

    private ServerProcess(Contender contender, Process process) throws IOException {
        this.contender = contender;
        this.process = process;
        answers = process.inputReader(StandardCharsets.US_ASCII);
        questions = new PrintWriter(process.outputWriter(StandardCharsets.US_ASCII), true);
        String[] ports = answer().split(" ");
        port = Integer.parseInt(ports[0]);
        tlsPort = Integer.parseInt(ports[1]);
    }

    /** Starts one; {@code -Dbench.jvm} gives all of them further flags, for a flight recording, say. */
    static ServerProcess start(Contender contender, String... more) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        String flags = System.getProperty("bench.jvm", "").replace("%k", contender.name());
        if (!flags.isBlank()) {
            command.addAll(List.of(flags.strip().split("\\s+")));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), contender.main()));
        command.addAll(List.of(contender.arguments()));
        command.addAll(List.of(more));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.to(log(contender)));
        return new ServerProcess(contender, builder.start());
    }

    private static java.io.File log(Contender contender) throws IOException {
        Path directory = Files.createDirectories(Path.of("target", "bench"));
        return directory.resolve(contender.name() + ".log").toFile();
    }

    private String answer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            String answer = Console.answerIn(line);
            if (answer != null) {
                return answer;
            }
        }
        throw new IOException(contender + " has ended, see target/bench");
    }

    /** One of the questions that {@link Console} knows. */
    long ask(String question) throws IOException {
        questions.println(question);
        return Long.parseLong(answer());
    }

    Contender contender() {
        return contender;
    }

    int port() {
        return port;
    }

    int tlsPort() {
        return tlsPort;
    }

    /**
     * CPU time of its threads, ended ones too, in user and kernel mode, in nanoseconds; counted by the kernel. Without that of
     * the compiler, which whoever has more code pays once, but goes on paying for longer than a benchmark takes.
     */
    long cpuNanos() {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try (Stream<Path> threads = Files.list(proc.resolve("task"))) {
            long compilers = threads.filter(ServerProcess::compiles)
                    .mapToLong(thread -> nanos(thread.resolve("stat")))
                    .sum();
            return nanos(proc.resolve("stat")) - compilers;
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }

    /** Their number does not change, so none that was counted is missed later. */
    private static boolean compiles(Path thread) {
        return read(thread.resolve("comm")).matches("C[12] Compiler.*\\s*");
    }

    private static long nanos(Path stat) {
        String text = read(stat);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1])) * NANOS_PER_TICK;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException ended) {
            return "";
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }

    /** Ends it in an orderly way, so that a recording is written. */
    @Override
    public void close() throws InterruptedException {
        process.toHandle().destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
