package io.github.jettykeepalive.interop.client;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jettykeepalive.testing.KernelCounters;
import io.github.jettykeepalive.testing.OwnNetwork;
import io.github.jettykeepalive.testing.ResultTables;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tools that make load, at a server that ends their connections by {@code maxRequests}; beside it stock Jetty, which ends none. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class LoadToolsInterop {
    private static final List<List<String>> ROWS = new ArrayList<>();

    private final int requests = Integer.getInteger("interop.requests", 10_000);

    @ParameterizedTest
    @EnumSource
    void losesNothingWhenConnectionsAreRecycled(LoadTool tool) throws Exception {
        run(tool, LoadRun.OURS, LoadRun.STOCK);
    }

    /** Nothing is asserted: what siege makes of an end is the same with either server, and is there to be read in the table. */
    @ParameterizedTest
    @EnumSource(names = "SIEGE")
    void siegeTakesAnAnnouncedEndForAFailure(LoadTool tool) throws Exception {
        run(tool, LoadRun.OURS_RECYCLING, LoadRun.STOCK_RECYCLING);
    }

    private void run(LoadTool tool, String... servers) throws Exception {
        assumeTrue(KernelCounters.available() && OwnNetwork.available(), "needs network namespaces");
        tool.require();
        for (String server : servers) {
            ROWS.add(LoadRun.row(tool, server, requests));
        }
    }

    @AfterAll
    static void tell() throws Exception {
        ResultTables.named("interop").add("Load tools", LoadRun.COLUMNS, ROWS);
    }
}
