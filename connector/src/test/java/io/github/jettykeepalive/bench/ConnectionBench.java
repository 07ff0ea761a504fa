package io.github.jettykeepalive.bench;

import static io.github.jettykeepalive.bench.Contender.BARE;
import static io.github.jettykeepalive.bench.Contender.OURS;
import static io.github.jettykeepalive.bench.Contender.STOCK;

import io.github.jettykeepalive.bench.Crowd.Manner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What open connections cost a server: bytes, threads, and CPU time by their number. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class ConnectionBench {
    private static final int IDLE = Crowd.atMost(Integer.getInteger("bench.connections", 20_000));
    private static final int LINGERING = Math.min(IDLE, 10_000);

    /** Enough for what a server makes once, its pools and first buffers, to be made before anything is counted. */
    private static final int FIRST = 100;

    private static final Duration SETTLES = Duration.ofSeconds(2);

    private final Plan plan = Plan.fromProperties();

    /**
     * What a crowd takes.
     *
     * @param bytes of heap, after collection, for each connection
     * @param threads more than before the crowd came
     */
    private record Footprint(double bytes, long threads) {}

    private static Footprint footprint(Contender contender, int size, Manner manner) throws Exception {
        try (ServerProcess server = ServerProcess.start(contender, "patient");
                var crowd = new Crowd()) {
            crowd.grow(server.port(), FIRST, manner);
            Thread.sleep(SETTLES.toMillis());
            long before = server.ask("heap");
            long threads = server.ask("threads");
            crowd.grow(server.port(), size - FIRST, manner);
            Thread.sleep(SETTLES.toMillis());
            long more = server.ask("heap") - before;
            return new Footprint((double) more / (size - FIRST), server.ask("threads") - threads);
        }
    }

    @Test
    void memory() throws Exception {
        Footprint bare = footprint(BARE, IDLE, Manner.SILENT);
        Footprint stock = footprint(STOCK, IDLE, Manner.KEPT);
        Footprint ours = footprint(OURS, IDLE, Manner.KEPT);
        Footprint lingering = footprint(OURS, LINGERING, Manner.LEAVES_THE_SERVER_LINGERING);
        Tables.table(
                "Heap for each connection, bytes",
                List.of("connections", "each", "compared", "threads"),
                List.of(
                        row(BARE + ", " + IDLE, bare, ""),
                        row(STOCK + ", " + IDLE + " idle", stock, ""),
                        row(
                                OURS + ", " + IDLE + " idle",
                                ours,
                                "over stock " + Tables.against(ours.bytes - stock.bytes, 300)),
                        row(
                                OURS + ", " + LINGERING + " lingering",
                                lingering,
                                "over a bare socket " + Tables.against(lingering.bytes - bare.bytes, 2048))));
    }

    private static List<String> row(String title, Footprint footprint, String compared) {
        return List.of(title, Tables.number(footprint.bytes), compared, "%+d".formatted(footprint.threads));
    }

    @Test
    void cpuByNumber() throws Exception {
        List<List<String>> rows = new ArrayList<>();
        for (int size : new int[] {1000, 10_000, IDLE}) {
            rows.add(byNumber(size));
        }
        Tables.table(
                "Cost by the number of idle connections",
                List.of(
                        "idle",
                        "sweep, µs of CPU a second",
                        "stock at rest, µs a second",
                        "ours at rest, µs a second",
                        "connections that come and go: stock, µs each",
                        "ours, µs each",
                        "ours / stock"),
                rows);
    }

    private List<String> byNumber(int size) throws Exception {
        // What churns needs descriptors, too; the sweep of the server, the load and the crowds are in three processes.
        int crowd = size == IDLE ? size - 100 : size;
        try (var duel = new Duel(plan, List.of(OURS, STOCK));
                var crowds = new Crowds()) {
            List<Double> atRest = new ArrayList<>();
            double sweep = 0;
            for (ServerProcess server : duel.servers()) {
                crowds.add(server.port(), crowd);
                Thread.sleep(SETTLES.toMillis());
                long before = server.contender() == OURS ? server.ask("sweep") : 0;
                atRest.add(cpuAtRest(server));
                sweep += server.contender() == OURS ? perSecond(server.ask("sweep") - before) : 0;
            }
            var churn = new Ratios();
            duel.cpu(Workload.CLOSE, churn);
            return List.of(
                    Integer.toString(crowd),
                    Tables.number(sweep),
                    Tables.number(atRest.get(1)),
                    Tables.number(atRest.get(0)),
                    Tables.number(churn.median(STOCK)),
                    Tables.number(churn.median(OURS)),
                    Tables.number(churn.ratio(OURS, STOCK)));
        }
    }

    private double cpuAtRest(ServerProcess server) throws InterruptedException {
        long cpu = server.cpuNanos();
        TimeUnit.NANOSECONDS.sleep(rest().toNanos());
        return perSecond(server.cpuNanos() - cpu);
    }

    private double perSecond(long nanos) {
        return nanos / 1e3 / rest().toSeconds();
    }

    private Duration rest() {
        return plan.turn().multipliedBy(5);
    }

    /** Crowds in processes of their own, because each of them needs all the descriptors that a process may have. */
    private static final class Crowds implements AutoCloseable {
        private final List<Process> processes = new ArrayList<>();

        void add(int port, int size) throws IOException {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            Process process = new ProcessBuilder(
                            java,
                            "-cp",
                            System.getProperty("java.class.path"),
                            CrowdProcess.class.getName(),
                            Integer.toString(port),
                            Integer.toString(size))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            processes.add(process);
            if (process.inputReader().readLine() == null) {
                throw new IOException("the crowd has not come");
            }
        }

        @Override
        public void close() throws InterruptedException {
            for (Process process : processes) {
                process.destroy();
                process.waitFor();
            }
        }
    }

    /** Keeps connections open until its input ends. */
    static final class CrowdProcess {
        private CrowdProcess() {}

        public static void main(String[] arguments) throws IOException {
            try (var crowd = new Crowd()) {
                crowd.grow(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]), Manner.KEPT);
                System.out.println("here");
                while (System.in.read() >= 0) {
                    // Nothing is said to a crowd.
                }
            }
        }
    }
}
