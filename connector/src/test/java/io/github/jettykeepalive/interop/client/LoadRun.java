package io.github.jettykeepalive.interop.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.interop.Origin;
import io.github.jettykeepalive.interop.Tally;
import io.github.jettykeepalive.testing.KernelCounters;
import io.github.jettykeepalive.testing.OwnNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.ServerConnector;

/** A load tool's run against a server, in a process that has a network of its own: {@code TOOL SERVER REQUESTS}. */
final class LoadRun {
    static final String OURS = "ours";
    static final String STOCK = "stock";

    /** The same, but they end connections whatever the tool makes of that. */
    static final String OURS_RECYCLING = "ours, recycling";

    static final String STOCK_RECYCLING = "stock, recycling";

    static final List<String> COLUMNS = List.of(
            "tool",
            "server",
            "requests",
            "answered",
            "failures",
            "executed",
            "connections",
            "requests each",
            "resets sent",
            "closed for");

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String ROW = "row\t";
    /** So that the server recycles connections while the tool is at full speed. */
    private static final int MAX_REQUESTS = 20;

    private LoadRun() {}

    /** Runs it there, and returns its line for the table. */
    static List<String> row(LoadTool tool, String server, int requests) throws Exception {
        String output = OwnNetwork.run(PATIENCE, LoadRun.class, tool.name(), server, Integer.toString(requests));
        return ClientRun.cells(output, ROW);
    }

    public static void main(String[] arguments) throws Exception {
        var tool = LoadTool.valueOf(arguments[0]);
        boolean ours = arguments[1].equals(OURS);
        int users = LoadTool.CONNECTIONS;
        int requests = Integer.parseInt(arguments[2]) / users * users;
        try (var host = ClientHost.open();
                var origin = origin(tool, arguments[1])) {
            var before = KernelCounters.now();
            var outcome = drive(tool, host, origin, requests);
            long resets = KernelCounters.now().minus(before).outRsts();
            if (ours) {
                check(tool, outcome, origin, requests);
                assertThat(resets).as("resets from the server").isZero();
            }
            System.out.println(ROW + String.join("\t", row(arguments, outcome, origin, resets)));
        }
        System.exit(0);
    }

    private static Origin origin(LoadTool tool, String server) throws Exception {
        return switch (server) {
            case OURS -> ours(tool.mindsEnds() ? 0 : MAX_REQUESTS);
            case OURS_RECYCLING -> ours(MAX_REQUESTS);
            case STOCK -> stock(connector -> {});
            case STOCK_RECYCLING -> stock(LoadRun::recycle);
            default -> throw new IllegalArgumentException(server);
        };
    }

    private static Origin ours(int maxRequests) throws Exception {
        return Origin.ours(
                factory -> {
                    factory.setKeepAliveTimeout(LoadTool.TIMEOUT.toMillis());
                    factory.setMaxRequests(maxRequests);
                },
                connector -> connector.setHost(null));
    }

    private static Origin stock(Consumer<ServerConnector> more) throws Exception {
        return Origin.stock(LoadTool.TIMEOUT, connector -> {
            connector.setHost(null);
            more.accept(connector);
        });
    }

    /** By an application's means, the same announcements as ours. */
    private static void recycle(ServerConnector connector) {
        HttpConfiguration.ConnectionFactory http =
                connector.getConnectionFactory(HttpConfiguration.ConnectionFactory.class);
        http.getHttpConfiguration().addCustomizer((request, headers) -> {
            long left = MAX_REQUESTS
                    - request.getConnectionMetaData().getConnection().getMessagesIn();
            if (left <= 0) {
                headers.put(HttpHeader.CONNECTION, "close");
            } else if (!request.getHeaders().contains(HttpHeader.CONNECTION, "close")) {
                headers.put("Keep-Alive", "timeout=" + (LoadTool.TIMEOUT.toSeconds() - 1) + ", max=" + left);
                // Jetty strips the option from a field that it knows.
                headers.add(new HttpField((HttpHeader) null, "Connection", "keep-alive"));
            }
            return request;
        });
    }

    private static LoadTool.Outcome drive(LoadTool tool, ClientHost host, Origin origin, int requests)
            throws Exception {
        String server = "http://" + ClientHost.SERVER + ":" + origin.port();
        try (var running = Running.start(host, tool.command(server, requests))) {
            return tool.outcome(String.join("\n", running.lines(false)));
        }
    }

    private static void check(LoadTool tool, LoadTool.Outcome outcome, Origin origin, int requests) {
        assertThat(origin.requests()).as("executed").isEqualTo(outcome.answered());
        if (tool.mayLose()) {
            return;
        }
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.answered()).as("answered").isEqualTo(requests);
        assertThat(requests / origin.connections())
                .as("requests for each connection, of which there were %d", origin.connections())
                .isGreaterThanOrEqualTo(tool.leastRequestsEach());
    }

    private static List<String> row(String[] arguments, LoadTool.Outcome outcome, Origin origin, long resets) {
        var row = new ArrayList<>(List.of(arguments));
        row.add(Integer.toString(outcome.answered()));
        row.add(outcome.failures().isEmpty() ? "–" : outcome.failures());
        row.add(Integer.toString(origin.requests()));
        row.add(Long.toString(origin.connections()));
        row.add(Long.toString(origin.requests() / Math.max(1, origin.connections())));
        row.add(Long.toString(resets));
        row.add(Tally.words(origin.closes()));
        return row;
    }
}
