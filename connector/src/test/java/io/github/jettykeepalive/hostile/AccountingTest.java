package io.github.jettykeepalive.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.enforce.ConnectionLedger;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.LogCapture;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

/**
 * Many requests under limits that change all the time, on connections that are shed, refused, drained and too old: every one
 * is answered or was never accepted, and both sides count the same.
 */
class AccountingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CLIENTS = 12;
    private static final int REQUESTS = Effort.of(50_000, 1_000_000);

    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder neverAccepted = new LongAdder();
    private final LongAdder served = new LongAdder();
    private final LongAdder connections = new LongAdder();

    private boolean serve(Request request, Response response, Callback callback) {
        served.increment();
        Content.Sink.write(response, true, Request.getPathInContext(request), callback);
        return true;
    }

    @Test
    @Timeout(3600)
    void everyRequestIsAccountedFor() throws Exception {
        long seed = Effort.seeds(Duration.ZERO, Duration.ZERO).next();
        try (var log = LogCapture.of("org.eclipse.jetty");
                var notices = LogCapture.of("io.github.jettykeepalive");
                var server = TestServer.with(KeepAliveConnectionFactory::new)
                        .withoutLeakTracking()
                        .start(this::serve)) {
            var factory = server.factory(KeepAliveConnectionFactory.class);
            factory.setAdvertiseMargin(0);
            var clients = Executors.newFixedThreadPool(CLIENTS);
            try {
                var asking = new ArrayList<Future<?>>();
                for (int i = 0; i < CLIENTS; i++) {
                    var random = Effort.random(seed, i);
                    String name = "/" + i + "-";
                    asking.add(clients.submit(() -> {
                        ask(server.port(), name, random);
                        return null;
                    }));
                }
                var random = Effort.random(seed, CLIENTS);
                while (asking.stream().anyMatch(future -> !future.isDone())) {
                    changeLimits(factory, random);
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                for (Future<?> client : asking) {
                    client.get();
                }
            } finally {
                clients.shutdownNow();
            }
            assertBalanced(factory.getLedger());
            log.assertSilent();
            assertThat(notices.events())
                    .filteredOn(event -> event.level().toInt() >= Level.WARN.toInt())
                    .allMatch(event -> event.text().matches("max\\w+ reached: .*"));
        } catch (Throwable failure) {
            throw Effort.replayable(seed, failure);
        }
    }

    private static void changeLimits(KeepAliveConnectionFactory factory, Random random) {
        factory.setMaxRequests(random.nextInt(4) == 0 ? 1 : random.nextInt(200));
        factory.setKeepAliveTimeout(random.nextInt(6) == 0 ? 0 : 1 + random.nextInt(50));
        factory.setMaxAge(random.nextInt(3) == 0 ? 1 + random.nextInt(100) : 0);
        factory.setMaxConnectionsPerClient(0);
        factory.setMaxConnections(random.nextInt(2) == 0 ? 0 : CLIENTS - 2);
        factory.setMaxConnectionsPerClient(random.nextInt(4) == 0 ? CLIENTS - 3 : 0);
        factory.setCloseOnStatus(random.nextInt(8) == 0 ? "200" : "");
        if (random.nextInt(5) == 0) {
            factory.drain(random.nextInt(20));
            factory.resume();
        }
    }

    private void ask(int port, String name, Random random) throws Exception {
        int number = 0;
        while (sent.sum() < REQUESTS) {
            connections.increment();
            try (var client = RawClient.connect(port)) {
                number = converse(client, name, number, random);
            }
        }
    }

    /** Pipelines a few requests at a time, until the server has enough of it. */
    private int converse(RawClient client, String name, int from, Random random) throws IOException {
        int number = from;
        while (sent.sum() < REQUESTS) {
            int burst = 1 + random.nextInt(8);
            var requests = new StringBuilder();
            for (int i = 0; i < burst; i++) {
                requests.append("GET " + name + (number + i) + " HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            sent.add(burst);
            boolean sentAll = send(client, requests.toString());
            for (int i = 0; i < burst; i++) {
                if (!sentAll || !client.isAnythingToCome()) {
                    neverAccepted.add(burst - i);
                    return number + burst;
                }
                RawResponse response = client.readResponse();
                if (response.status() != 200) {
                    assertThat(response.status()).as("%s", response).isEqualTo(503);
                    refused.increment();
                    neverAccepted.add(burst - i - 1);
                    return number + burst;
                }
                assertThat(response.body()).isEqualTo(name + (number + i));
                received.increment();
                if (response.field("Connection").orElse("").equals("close")) {
                    neverAccepted.add(burst - i - 1);
                    client.expectFin();
                    return number + burst;
                }
            }
            number += burst;
            if (random.nextInt(200) == 0) {
                // Long enough for the idle timeout to be just about to strike.
                LockSupport.parkNanos(random.nextInt(60_000_000));
            }
        }
        return number;
    }

    private static boolean send(RawClient client, String requests) {
        try {
            client.send(requests);
            return true;
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private void assertBalanced(ConnectionLedger ledger) {
        Eventually.await(PATIENCE, "all connections have ended", ledger::getOpen, open -> open == 0);
        String what = "sent %s = received %s + refused %s + never accepted %s; served %s"
                .formatted(sent, received, refused, neverAccepted, served);
        assertThat(sent.sum()).as(what).isGreaterThanOrEqualTo(REQUESTS);
        assertThat(received.sum() + refused.sum() + neverAccepted.sum())
                .as(what)
                .isEqualTo(sent.sum());
        assertThat(served.sum()).as(what).isEqualTo(received.sum());
        if (Effort.isSoak()) {
            System.out.println(what + ", connections ended: " + ledger.getClosesByReason());
        }
        assertThat(ledger.getOpened()).as("connections").isEqualTo(connections.sum());
        List<Long> closes = List.copyOf(ledger.getClosesByReason().values());
        assertThat(closes.stream().mapToLong(Long::longValue).sum())
                .as("reasons: %s", ledger.getClosesByReason())
                .isEqualTo(connections.sum());
    }
}
