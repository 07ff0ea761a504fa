package io.github.jettykeepalive.interop.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A second host for the clients: a network namespace with a cable to this one, so that the resets that this one's kernel
 * counts are the server's. To be opened where {@code OwnNetwork} has made this process root of a network of its own.
 */
final class ClientHost implements AutoCloseable {
    static final String SERVER = "10.9.0.1";
    private static final String CLIENT = "10.9.0.2";
    /** All of it is the server's, an address for each worker. */
    private static final String SERVER_NETWORK = "10.9.1.";

    private final Process holder;

    private ClientHost(Process holder) {
        this.holder = holder;
    }

    static ClientHost open() throws IOException, InterruptedException {
        // Ends with this process, whose end closes the pipe that it reads from.
        Process holder = new ProcessBuilder("unshare", "--net", "sh", "-c", "echo up; read end").start();
        if (!"up".equals(holder.inputReader().readLine())) {
            throw new IOException("no second network namespace");
        }
        var host = new ClientHost(holder);
        run("ip link add server type veth peer name client netns " + holder.pid());
        run("ip addr add " + SERVER + "/24 dev server");
        run("ip link set server up");
        run("ip route add local " + SERVER_NETWORK + "0/24 dev lo");
        host.runThere("ip link set lo up");
        host.runThere("ip addr add " + CLIENT + "/24 dev client");
        host.runThere("ip link set client up");
        host.runThere("ip route add " + SERVER_NETWORK + "0/24 via " + SERVER);
        return host;
    }

    /** The server's address for a worker. */
    static String address(int worker) {
        return SERVER_NETWORK + (worker + 1);
    }

    private static void run(String command) throws IOException, InterruptedException {
        run(List.of(command.split(" ")));
    }

    private void runThere(String command) throws IOException, InterruptedException {
        run(there(List.of(command.split(" "))));
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command));
        }
    }

    private List<String> there(List<String> command) {
        var there =
                new ArrayList<>(List.of("nsenter", "--net=" + Path.of("/proc", "" + holder.pid(), "ns", "net"), "--"));
        there.addAll(command);
        return there;
    }

    /** Starts a program there, its two output streams in that file. */
    Process start(List<String> command, Path output) throws IOException {
        var builder =
                new ProcessBuilder(there(command)).redirectErrorStream(true).redirectOutput(output.toFile());
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeIf(name -> name.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
        return builder.start();
    }

    @Override
    public void close() {
        holder.destroy();
    }
}
