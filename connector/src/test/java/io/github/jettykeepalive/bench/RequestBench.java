package io.github.jettykeepalive.bench;

import static io.github.jettykeepalive.bench.Contender.OURS;
import static io.github.jettykeepalive.bench.Contender.OURS_SERVLET;
import static io.github.jettykeepalive.bench.Contender.OURS_UNLIMITED;
import static io.github.jettykeepalive.bench.Contender.STOCK;
import static io.github.jettykeepalive.bench.Contender.STOCK_RECYCLING;
import static io.github.jettykeepalive.bench.Contender.STOCK_SERVLET;
import static io.github.jettykeepalive.bench.Contender.TOMCAT;
import static io.github.jettykeepalive.bench.Contender.UNDERTOW;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What requests cost a server, in CPU time and in time to wait. {@code -Dbench.workloads=CLOSE,TLS} for some of them. */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class RequestBench {
    private static final int RATE = 2000;

    private final Plan plan = Plan.fromProperties();

    @Test
    void cpuOfEachRequest() throws Exception {
        List<Workload> workloads = new ArrayList<>(List.of(Workload.values()));
        String some = System.getProperty("bench.workloads", "");
        workloads.removeIf(
                workload -> !some.isEmpty() && !List.of(some.split(",")).contains(workload.name()));
        Map<Workload, Ratios> results = new EnumMap<>(Workload.class);
        for (int launch = 0; launch < plan.launches(); launch++) {
            try (var duel = new Duel(plan, List.of(OURS, OURS_UNLIMITED, STOCK_RECYCLING, STOCK))) {
                for (Workload workload : workloads) {
                    duel.cpu(workload, results.computeIfAbsent(workload, key -> new Ratios()));
                }
            }
        }
        List<List<String>> rows = new ArrayList<>();
        results.forEach((workload, ratios) -> {
            List<String> row = new ArrayList<>(row(workload.toString(), ratios, goal(workload)));
            row.add(Tables.number(ratios.ratio(OURS_UNLIMITED, STOCK)));
            row.add(ratios.spread(OURS_UNLIMITED, STOCK));
            row.add(Tables.number(ratios.ratio(STOCK_RECYCLING, STOCK)));
            row.add(Tables.number(ratios.ratio(OURS, STOCK_RECYCLING)));
            rows.add(row);
        });
        Tables.table(
                "Server CPU for each request, µs",
                List.of(
                        "workload",
                        "ours",
                        "stock",
                        "ours / stock",
                        "middle half of the rounds",
                        "with maxRequests=0 / stock",
                        "middle half of those",
                        "stock that closes as often / stock",
                        "ours / stock that closes as often"),
                rows);
    }

    private static double goal(Workload workload) {
        return workload == Workload.CLOSE ? 0.85 : 1.02;
    }

    private static List<String> row(String title, Ratios ratios, double goal) {
        return List.of(
                title,
                Tables.number(ratios.median(OURS)),
                Tables.number(ratios.median(STOCK)),
                Tables.against(ratios.ratio(OURS, STOCK), goal),
                ratios.spread(OURS, STOCK));
    }

    @Test
    void ninetyNineOfAHundred() throws Exception {
        var results = new Ratios();
        for (int launch = 0; launch < plan.launches(); launch++) {
            try (var duel = new Duel(plan, List.of(OURS, STOCK))) {
                duel.p99(Workload.KEEP_ALIVE, RATE, results);
            }
        }
        Tables.table(
                "99th percentile of the response time, µs",
                List.of("workload", "ours", "stock", "ours / stock", "middle half of the rounds"),
                List.of(row("keep-alive, " + RATE + " a second", results, 1.02)));
    }

    @Test
    void besideOtherServers() throws Exception {
        List<Contender> all = List.of(OURS_SERVLET, STOCK_SERVLET, TOMCAT, UNDERTOW);
        List<Workload> workloads = List.of(Workload.KEEP_ALIVE, Workload.CLOSE);
        Map<Workload, Ratios> results = new EnumMap<>(Workload.class);
        for (int launch = 0; launch < plan.launches(); launch++) {
            try (var duel = new Duel(plan, all)) {
                for (Workload workload : workloads) {
                    duel.cpu(workload, results.computeIfAbsent(workload, key -> new Ratios()));
                }
            }
        }
        List<List<String>> rows = new ArrayList<>();
        for (Contender contender : all) {
            List<String> row = new ArrayList<>(List.of(contender.toString()));
            results.forEach((workload, ratios) -> {
                row.add(Tables.number(ratios.median(contender)));
                row.add(Tables.number(ratios.ratio(contender, STOCK_SERVLET)));
            });
            rows.add(row);
        }
        Tables.table(
                "The same servlet on four servers: CPU for each request, µs",
                List.of("server", "keep-alive", "/ stock", "one connection per request", "/ stock"),
                rows);
    }
}
