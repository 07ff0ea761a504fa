package io.github.jettykeepalive.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Jetty that runs in a process of its own, as {@code start.jar} starts it. Closing it ends it as a user would. */
public final class JettyProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Pattern STARTED = Pattern.compile("oejs\\.Server:main: Started ");
    /** As {@code Started oejs.ServerConnector@3fee8e37{http/1.1, (http/1.1, h2c)}{127.0.0.1:39653}}. */
    private static final Pattern CONNECTOR = Pattern.compile("Started ([\\w.]+)@\\w+\\{(\\S+), \\(.*\\)}\\{.*:(\\d+)}");

    private final Process process;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();

    private JettyProcess(Process process) {
        this.process = process;
    }

    static JettyProcess start(ProcessBuilder command) throws IOException {
        var jetty = new JettyProcess(command.start());
        var reader = new Thread(jetty::readLog, "jetty-log");
        reader.setDaemon(true);
        reader.start();
        if (!jetty.started
                .completeOnTimeout(false, PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join()) {
            jetty.close();
            throw new AssertionError("not started:\n" + String.join("\n", jetty.log));
        }
        return jetty;
    }

    private void readLog() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                if (STARTED.matcher(line).find()) {
                    started.complete(true);
                }
            }
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        } finally {
            started.complete(false);
        }
    }

    /**
     * The port of the first connector of that kind.
     *
     * @param kind its name or the protocol its connections begin with
     */
    public int port(String kind) {
        return log.stream()
                .map(CONNECTOR::matcher)
                .filter(Matcher::find)
                .filter(connector -> kind.equals(connector.group(1)) || kind.equals(connector.group(2)))
                .map(connector -> Integer.parseInt(connector.group(3)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no connector is " + kind + ": " + log));
    }

    /** The lines logged so far that are as asked. */
    public List<String> log(Predicate<String> filter) {
        return log.stream().filter(filter).toList();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        // Its log can still be read, other than after Process.destroy.
        process.toHandle().destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException x) {
            Thread.currentThread().interrupt();
        }
    }
}
