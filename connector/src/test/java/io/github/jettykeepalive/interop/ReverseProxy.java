package io.github.jettykeepalive.interop;

import io.github.jettykeepalive.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A proxy before an {@link Origin}, in the foreground, with all its files in a folder of its own. */
final class ReverseProxy implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int port;
    private final Path folder;
    private final Process process;
    private final Process guard;

    private ReverseProxy(int port, Path folder, Process process) throws IOException {
        this.port = port;
        this.folder = folder;
        this.process = process;
        this.guard = guard(process);
    }

    /**
     * Returns when it accepts connections.
     *
     * @param idle how long it keeps an idle connection to the origin, in whole seconds
     */
    static ReverseProxy start(ProxyKind kind, Origin origin, Duration idle) throws IOException {
        kind.find();
        int port = freePort();
        String snippet = Settings.adapt(kind.snippet(), origin.port(), port, idle);
        Path folder = Files.createTempDirectory("interop-");
        // Started by root, proxies work as somebody else.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Map<String, String> values = Map.of(
                "{snippet}", snippet,
                "{dir}", folder.toString(),
                "{config}", folder.resolve("config").toString(),
                "{port}", Integer.toString(port),
                "{origin}", Integer.toString(origin.port()));
        Files.writeString(folder.resolve("config"), fill(kind.template(), values));
        List<String> command = kind.command(snippet).stream()
                .map(argument -> fill(argument, values))
                .toList();
        return new ReverseProxy(port, folder, launch(command, folder)).awaitReady();
    }

    private static Process launch(List<String> command, Path folder) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    /** Waits for the end of its input, which is that of this JVM, however it comes; so the proxy does not outlive it. */
    private static Process guard(Process proxy) throws IOException {
        return new ProcessBuilder("sh", "-c", "read end; kill " + proxy.pid()).start();
    }

    private static String fill(String template, Map<String, String> values) {
        String text = template;
        for (var value : values.entrySet()) {
            text = text.replace(value.getKey(), value.getValue());
        }
        return text;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private ReverseProxy awaitReady() throws IOException {
        try {
            Eventually.await(PATIENCE, "the proxy accepts connections", () -> !process.isAlive() || isAccepting());
            if (!process.isAlive()) {
                throw new AssertionError("the proxy ended by itself: " + process.exitValue());
            }
            return this;
        } catch (AssertionError failure) {
            AssertionError explained = explained(failure);
            close();
            throw explained;
        }
    }

    private boolean isAccepting() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** The failure with what the proxy has written to its output and its log. */
    AssertionError explained(AssertionError failure) throws IOException {
        var said = new StringBuilder("the proxy said:\n");
        for (String file : List.of("output", "error.log")) {
            if (Files.exists(folder.resolve(file))) {
                said.append(Files.readString(folder.resolve(file)));
            }
        }
        failure.addSuppressed(new AssertionError(said));
        return failure;
    }

    @Override
    public void close() throws IOException {
        guard.destroy();
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException x) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
