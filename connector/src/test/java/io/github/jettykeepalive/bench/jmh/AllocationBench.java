package io.github.jettykeepalive.bench.jmh;

import io.github.jettykeepalive.bench.Tables;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Bytes allocated for each request, as JMH's {@code gc.alloc.rate.norm} has it, by {@link RequestBenchmark}. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class AllocationBench {
    private static final String BYTES = "gc.alloc.rate.norm";
    private static final int MOST = 64;

    @Test
    void bytesOfEachRequest() throws Exception {
        int launches = Integer.getInteger("bench.launches", 3);
        var time = TimeValue.seconds(Integer.getInteger("bench.seconds", 2));
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(RequestBenchmark.class.getName())
                        .forks(launches)
                        .warmupIterations(5)
                        .warmupTime(time)
                        .measurementIterations(5)
                        .measurementTime(time)
                        .jvmArgsAppend("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC")
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
        List<List<String>> rows = new ArrayList<>();
        for (String connection : List.of("", "Connection: keep-alive\r\n")) {
            double ours = bytes(results, "ours", connection);
            double stock = bytes(results, "stock", connection);
            rows.add(List.of(
                    connection.isEmpty() ? "a plain request" : "one that sends " + connection.strip(),
                    Tables.number(ours),
                    Tables.number(stock),
                    Tables.against(ours - stock, MOST),
                    Tables.number(nanos(results, "ours", connection)),
                    Tables.number(nanos(results, "stock", connection))));
        }
        Tables.table(
                "Allocation for each request, bytes",
                List.of("request", "ours", "stock", "ours − stock", "time, ns: ours", "stock"),
                rows);
    }

    private static double bytes(Collection<RunResult> results, String factory, String connection) {
        // What JMH itself allocates shows in the digits after the point.
        return Math.rint(result(results, factory, connection)
                .getSecondaryResults()
                .get(BYTES)
                .getScore());
    }

    private static double nanos(Collection<RunResult> results, String factory, String connection) {
        return result(results, factory, connection).getPrimaryResult().getScore();
    }

    private static RunResult result(Collection<RunResult> results, String factory, String connection) {
        return results.stream()
                .filter(result -> result.getParams().getParam("factory").equals(factory))
                .filter(result -> result.getParams().getParam("connection").equals(connection))
                .findFirst()
                .orElseThrow();
    }
}
