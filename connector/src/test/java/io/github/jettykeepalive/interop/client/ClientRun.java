package io.github.jettykeepalive.interop.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.interop.Origin;
import io.github.jettykeepalive.interop.Plan;
import io.github.jettykeepalive.testing.KernelCounters;
import io.github.jettykeepalive.testing.OwnNetwork;
import io.github.jettykeepalive.testing.Stalls;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.server.ServerConnector;

/** A client's run against a server, in a process that has a network of its own: {@code CLIENT ours|stock REQUESTS SEED}. */
final class ClientRun {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    /** Half of the margin between what is announced and what is enforced: beyond it nobody can be in time. */
    private static final Duration LONGEST_STALL = Duration.ofMillis(500);

    private static final String ACCOUNT = "account\t";
    private static final String HEED = "heed\t";
    /** So that the server recycles connections, too. */
    private static final int MAX_REQUESTS = 100;

    private final PacedClient client;
    private final boolean ours;
    private final Plan plan;

    private ClientRun(PacedClient client, boolean ours, Plan plan) {
        this.client = client;
        this.ours = ours;
        this.plan = plan;
    }

    /** What a run said. */
    record Said(String output) {
        List<String> account() {
            return cells(output, ACCOUNT);
        }

        /** What the client makes of an announcement, if the server was ours. */
        List<String> heed() {
            return cells(output, HEED);
        }
    }

    /** Runs it there. */
    static Said run(PacedClient client, String server, int requests, long seed) throws Exception {
        return new Said(OwnNetwork.run(
                PATIENCE, ClientRun.class, client.name(), server, Integer.toString(requests), Long.toString(seed)));
    }

    /** What a run said in the line of that name. */
    static List<String> cells(String output, String name) {
        String row = output.lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output));
        return List.of(row.substring(name.length()).split("\t"));
    }

    public static void main(String[] arguments) throws Exception {
        var client = PacedClient.valueOf(arguments[0]);
        var plan = client.plan(Integer.parseInt(arguments[2]), Long.parseLong(arguments[3]));
        new ClientRun(client, arguments[1].equals("ours"), plan).run();
        System.exit(0);
    }

    private void run() throws Exception {
        try (var host = ClientHost.open();
                var origin = origin()) {
            Shift shift = client.adapt(Shift.of(plan, origin.port()));
            var before = KernelCounters.now();
            Told told;
            Duration stall;
            try (var stalls = Stalls.watch()) {
                told = drive(host, shift);
                stall = stalls.longest();
            }
            long resets = KernelCounters.now().minus(before).outRsts();
            var account = new Account(shift, told, origin, resets);
            if (ours) {
                check(account, origin, stall);
                System.out.println(HEED + client.name() + "\t" + String.join("\t", probe(host)));
            }
            System.out.println(ACCOUNT + String.join("\t", account.row(client.name(), ours ? "ours" : "stock", stall)));
        }
    }

    private Told drive(ClientHost host, Shift shift) throws Exception {
        try (var desk = new Desk()) {
            return client.driver().drive(host, desk, shift);
        }
    }

    /** After the run, whose resets are counted: this server is no part of it. */
    private List<String> probe(ClientHost host) throws Exception {
        try (var announcer = new Announcer(client.announced())) {
            drive(host, client.adapt(Shift.probes(announcer.port(), client.announced())));
            return announcer.row();
        }
    }

    private Origin origin() throws Exception {
        if (!ours) {
            return Origin.stock(client.timeout(), ClientRun::everywhere);
        }
        return Origin.ours(
                factory -> {
                    factory.setKeepAliveTimeout(client.timeout().toMillis());
                    factory.setMaxRequests(MAX_REQUESTS);
                },
                ClientRun::everywhere);
    }

    private static void everywhere(ServerConnector connector) {
        connector.setHost(null);
    }

    private void check(Account account, Origin origin, Duration stall) {
        account.assertHonest();
        assertThat(account.resets()).as("resets from the server").isZero();
        if (stall.compareTo(LONGEST_STALL) < 0) {
            account.assertNothingLostBelow();
            if (client.heedsTimeout()) {
                account.assertNothingLost();
            }
        }
        assertThat(plan.requests() / origin.connections())
                .as("requests for each connection, of which there were %d", origin.connections())
                .isGreaterThanOrEqualTo(client.leastRequestsEach());
    }
}
