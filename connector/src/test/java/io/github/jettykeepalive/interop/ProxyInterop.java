package io.github.jettykeepalive.interop;

import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.ResultTables;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real reverse proxies before the connector, with their idle timeout shorter than ours, as it should be, and longer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ProxyInterop {
    private static final Duration SHORTER = Duration.ofSeconds(1);
    private static final Duration LONGER = Duration.ofSeconds(100);

    private static final int RECYCLED_AFTER = 20;
    private static final int UPLOAD = 20_000_000;
    private static final int UPLOADS = 10;

    private final Plan plan = Plan.fromProperties();
    private final List<List<String>> shorter = new ArrayList<>();
    private final List<List<String>> longer = new ArrayList<>();
    private final List<List<String>> recycled = new ArrayList<>();
    private final List<List<String>> refused = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void nothingIsLostIfTheProxyGivesUpFirst(ProxyKind kind) throws Exception {
        try (var origin = ours(plan);
                var proxy = ReverseProxy.start(kind, origin, SHORTER)) {
            Tally tally = Crowd.ask(proxy.port(), plan);

            shorter.add(tally.row(origin, kind.toString()));
            tally.assertPerfect(origin, kind.keepsConnections() ? plan.requests() / 10 : plan.requests());
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsExecutedTwiceIfTheConnectorGivesUpFirst(ProxyKind kind) throws Exception {
        Plan crowded = plan.crowded();
        try (var origin = ours(crowded);
                var proxy = ReverseProxy.start(kind, origin, LONGER)) {
            Tally tally = Crowd.ask(proxy.port(), crowded);
            longer.add(tally.row(origin, kind.toString(), "ours"));
            tally.assertNothingTwice(origin);
        }
        try (var origin = Origin.stock(crowded.timeout());
                var proxy = ReverseProxy.start(kind, origin, LONGER)) {
            longer.add(Crowd.ask(proxy.port(), crowded).row(origin, kind.toString(), "stock"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLostWhenConnectionsAreRecycled(ProxyKind kind) throws Exception {
        try (var origin = Origin.ours(factory -> factory.setMaxRequests(RECYCLED_AFTER));
                var proxy = ReverseProxy.start(kind, origin, LONGER)) {
            Tally tally = Crowd.ask(proxy.port(), plan.withoutPauses());

            recycled.add(tally.row(origin, kind.toString()));
            tally.assertPerfect(origin, kind.keepsConnections() ? plan.requests() / 10 : plan.requests());
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusedUploadIsAnswered(ProxyKind kind) throws Exception {
        String ours;
        try (var origin = ours(plan);
                var proxy = ReverseProxy.start(kind, origin, SHORTER)) {
            ours = upload(proxy);
        }
        try (var origin = Origin.stock(plan.timeout());
                var proxy = ReverseProxy.start(kind, origin, SHORTER)) {
            refused.add(List.of(kind.toString(), ours, upload(proxy)));
        }
    }

    /** What a client gets that writes all before it reads. */
    private static String upload(ReverseProxy proxy) throws IOException {
        var outcomes = new TreeMap<String, Integer>();
        for (int i = 0; i < UPLOADS; i++) {
            try (var client = RawClient.connect(proxy.port())) {
                client.upload(UPLOAD, false, "HTTP/1.1");
                String outcome = client.isAnythingToCome()
                        ? Integer.toString(client.readResponse().status())
                        : client.readToEof().end().toString();
                outcomes.merge(outcome, 1, Integer::sum);
            }
        }
        return outcomes.toString();
    }

    private Origin ours() throws Exception {
        return Origin.ours(factory -> factory.setKeepAliveTimeout(plan.timeout().toMillis()));
    }

    @AfterAll
    void report() throws IOException {
        var tables = ResultTables.named("interop");
        tables.add("A proxy that gives idle connections up first", columns("proxy"), shorter);
        tables.add("A proxy that keeps idle connections longer than the origin", columns("proxy", "origin"), longer);
        tables.add("An origin that closes after 20 requests", columns("proxy"), recycled);
        tables.add("413 to an upload of 20 MB", List.of("proxy", "ours", "stock"), refused);
    }

    private static List<String> columns(String... first) {
        var columns = new ArrayList<>(List.of(first));
        columns.addAll(Tally.COLUMNS);
        return columns;
    }
}
