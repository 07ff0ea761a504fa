package io.github.jettykeepalive.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/** The server's end of a {@link ServerProcess}: prints the ports, then answers a question a line until its input ends. */
public final class Console {
    private static final String READY = "ready";
    private static final int COLLECTIONS = 3;

    private Console() {}

    /**
     * Never returns: the process ends with its input.
     *
     * @param port plain HTTP
     * @param tlsPort 0 if there is none
     */
    public static void serve(int port, int tlsPort) throws IOException {
        System.out.println(READY + " " + port + " " + tlsPort);
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(READY + " " + answer(line));
        }
        Runtime.getRuntime().halt(0);
    }

    /** What follows {@code ready} in a line of a server's output, or null: servers print other lines, too. */
    static String answerIn(String line) {
        return line.startsWith(READY + " ") ? line.substring(READY.length() + 1) : null;
    }

    private static long answer(String question) {
        return switch (question) {
            case "heap" -> heap();
            case "threads" -> ManagementFactory.getThreadMXBean().getThreadCount();
            // The server's scheduler, which Jetty's own timers share.
            case "sweep" -> cpuOf("Scheduler-");
            default -> throw new IllegalArgumentException(question);
        };
    }

    /** Bytes in use after a full collection. */
    private static long heap() {
        var memory = ManagementFactory.getMemoryMXBean();
        for (int i = 0; i < COLLECTIONS; i++) {
            memory.gc();
        }
        return memory.getHeapMemoryUsage().getUsed();
    }

    /** Nanoseconds of CPU used by the threads whose name begins so. */
    private static long cpuOf(String name) {
        var threads = ManagementFactory.getThreadMXBean();
        long cpu = 0;
        for (var thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith(name)) {
                cpu += threads.getThreadCpuTime(thread.getThreadId());
            }
        }
        return cpu;
    }
}
