package io.github.jettykeepalive.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Servers that run side by side and are asked in turns, A B B A, so that whatever else the machine does hits all of them.
 */
final class Duel implements AutoCloseable {
    private final List<ServerProcess> servers = new ArrayList<>();
    private final Load load = new Load();
    private final Plan plan;

    /** Starts one process for each. */
    Duel(Plan plan, List<Contender> contenders) throws IOException {
        this.plan = plan;
        for (Contender contender : contenders) {
            servers.add(ServerProcess.start(contender));
        }
    }

    List<ServerProcess> servers() {
        return servers;
    }

    /** What one turn of a server comes to. */
    @FunctionalInterface
    private interface Turn {
        double of(ServerProcess server) throws IOException, InterruptedException;
    }

    /** Microseconds of server CPU for each request, one figure a round. */
    void cpu(Workload workload, Ratios into) throws IOException, InterruptedException {
        turns(workload, into, server -> {
            long cpu = server.cpuNanos();
            long requests = load.run(server, workload, plan.turn());
            return (server.cpuNanos() - cpu) / 1e3 / requests;
        });
    }

    /** Microseconds within which 99 % of the requests are answered, at a steady rate; one figure a round. */
    void p99(Workload workload, int rate, Ratios into) throws IOException, InterruptedException {
        turns(
                workload,
                into,
                server -> load.latency(server, workload, rate, plan.turn()).getValueAtPercentile(99) / 1e3);
    }

    private void turns(Workload workload, Ratios into, Turn turn) throws IOException, InterruptedException {
        for (ServerProcess server : servers) {
            // So that what happens once a connection is compiled too: ours has a new one after every maxRequests.
            load.run(server, Workload.CLOSE, plan.warmUp());
            load.run(server, workload, plan.warmUp());
        }
        for (int round = 0; round < plan.rounds(); round++) {
            Map<Contender, Double> sums = new EnumMap<>(Contender.class);
            for (int i = 0; i < 2 * servers.size(); i++) {
                ServerProcess server = servers.get(i < servers.size() ? i : 2 * servers.size() - 1 - i);
                sums.merge(server.contender(), turn.of(server), Double::sum);
            }
            sums.forEach((contender, sum) -> into.add(contender, sum / 2));
        }
    }

    @Override
    public void close() throws InterruptedException {
        load.close();
        for (ServerProcess server : servers) {
            server.close();
        }
    }
}
