package io.github.jettykeepalive.interop;

import io.github.jettykeepalive.testing.ResultTables;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real reverse proxies before the connector, which give idle connections up before it does, as they should, or after. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ProxyInterop {
    private static final Duration SHORTER = Duration.ofSeconds(1);
    private static final Duration LONGER = Duration.ofSeconds(100);
    private static final int FEW = 20;

    private final Plan plan = Plan.fromProperties();
    private final List<List<String>> first = new ArrayList<>();
    private final List<List<String>> last = new ArrayList<>();
    private final List<List<String>> recycled = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void nothingIsLostIfTheProxyGivesUpFirst(ProxyKind kind) throws Exception {
        Plan adapted = kind.adapt(plan);
        try (var origin = ours(adapted);
                var proxy = ReverseProxy.start(kind, origin, SHORTER)) {
            Tally tally = Crowd.ask(proxy.port(), adapted);

            first.add(tally.row(origin, kind.toString()));
            assertPerfect(kind, tally, origin, proxy);
        }
    }

    /** What is lost in the race is shown, beside stock Jetty; it is the proxy that decides. */
    @ParameterizedTest
    @EnumSource
    void nothingIsExecutedTwiceOrInVainIfTheConnectorGivesUpFirst(ProxyKind kind) throws Exception {
        Plan crowded = plan.crowded();
        try (var origin = ours(crowded);
                var proxy = ReverseProxy.start(kind, origin, LONGER)) {
            Tally tally = Crowd.ask(proxy.port(), crowded);

            last.add(tally.row(origin, kind.toString(), "ours"));
            tally.assertNothingTwice(origin);
            tally.assertNothingInVain(origin);
        }
        try (var origin = Origin.stock(crowded.timeout());
                var proxy = ReverseProxy.start(kind, origin, LONGER)) {
            last.add(Crowd.ask(proxy.port(), crowded).row(origin, kind.toString(), "stock"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLostWhenConnectionsAreRecycled(ProxyKind kind) throws Exception {
        try (var origin = Origin.ours(factory -> factory.setMaxRequests(FEW));
                var proxy = ReverseProxy.start(kind, origin, LONGER)) {
            Tally tally = Crowd.ask(proxy.port(), plan.withoutPauses());

            recycled.add(tally.row(origin, kind.toString()));
            assertPerfect(kind, tally, origin, proxy);
        }
    }

    private static Origin ours(Plan plan) throws Exception {
        long timeout = plan.timeout().toMillis();
        return Origin.ours(factory -> {
            factory.setKeepAliveTimeout(timeout);
            factory.setAdvertiseMargin(timeout / 2);
        });
    }

    private void assertPerfect(ProxyKind kind, Tally tally, Origin origin, ReverseProxy proxy) throws IOException {
        try {
            tally.assertPerfect(origin, kind.keepsConnections() ? plan.requests() / 8 : plan.requests());
        } catch (AssertionError failure) {
            throw proxy.explained(failure);
        }
    }

    @AfterAll
    void report() throws IOException {
        var tables = ResultTables.named("interop");
        tables.add("The proxy gives idle connections up first", columns("proxy"), first);
        tables.add("The origin gives idle connections up first", columns("proxy", "origin"), last);
        tables.add("The origin closes after " + FEW + " requests", columns("proxy"), recycled);
    }

    private static List<String> columns(String... before) {
        var columns = new ArrayList<>(List.of(before));
        columns.addAll(Tally.COLUMNS);
        return columns;
    }
}
