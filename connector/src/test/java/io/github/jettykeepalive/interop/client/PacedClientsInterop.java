package io.github.jettykeepalive.interop.client;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jettykeepalive.testing.KernelCounters;
import io.github.jettykeepalive.testing.OwnNetwork;
import io.github.jettykeepalive.testing.ResultTables;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that pause, over connections that the server ends; beside ours stock Jetty under the same conditions. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class PacedClientsInterop {
    private static final List<List<String>> ACCOUNTS = new ArrayList<>();
    private static final List<List<String>> HEED = new ArrayList<>();

    private final int requests = Integer.getInteger("interop.requests", 10_000);
    private final long seed = Long.getLong("interop.seed", 1);

    /** {@code -Dinterop.clients=CURL,WGET} for some of them. */
    @ParameterizedTest
    @EnumSource
    void losesNothingThatWeCouldKeep(PacedClient client) throws Exception {
        String wanted = System.getProperty("interop.clients", client.name());
        assumeTrue(List.of(wanted.split(",")).contains(client.name()), "not asked for");
        assumeTrue(KernelCounters.available() && OwnNetwork.available(), "needs network namespaces");
        client.require();

        var stock = inBackground(() -> ClientRun.run(client, "stock", requests, seed));
        var ours = ClientRun.run(client, "ours", requests, seed);
        ACCOUNTS.add(ours.account());
        ACCOUNTS.add(stock.get().account());
        HEED.add(ours.heed());
    }

    private static FutureTask<ClientRun.Said> inBackground(Callable<ClientRun.Said> run) {
        var task = new FutureTask<>(run);
        new Thread(task, "stock").start();
        return task;
    }

    @AfterAll
    static void tell() throws Exception {
        var tables = ResultTables.named("interop");
        tables.add("What clients make of Keep-Alive: timeout=, max=", Announcer.COLUMNS, HEED);
        tables.add("Clients that pause", Account.COLUMNS, ACCOUNTS);
    }
}
