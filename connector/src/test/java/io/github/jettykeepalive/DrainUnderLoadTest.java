package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two servers, fifty clients that never stop asking, and a drain of one of the two. */
class DrainUnderLoadTest {
    private static final int CLIENTS = 50;

    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean over;

    /** Keeps its connection while it is kept, and goes to the other server when it is told to leave. */
    private final class Client {
        private final List<Rig> servers;
        private final Random random;
        private int at;

        private Client(List<Rig> servers, int number) {
            this.servers = servers;
            this.random = new Random(number);
            this.at = number % 2;
        }

        /** Any exception is a lost request. */
        Void askOnAndOn() throws Exception {
            while (!over) {
                try (var connection = servers.get(at).connect()) {
                    while (!over && connection.isOpen() && isKept(connection.send(get()))) {
                        TimeoutsTest.pass(random.nextInt(30));
                    }
                }
                at = 1 - at;
            }
            return null;
        }

        private boolean isKept(RawClient connection) throws IOException {
            RawResponse response = connection.readResponse();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.complete()).isTrue();
            answered.incrementAndGet();
            return response.fields("Connection").isEmpty();
        }
    }

    @Test
    void nobodyLosesARequest() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (var drained = Rig.start(Wire.PLAIN, factory -> {}, LastMomentTest::prepareForACrowd, Rig::hello);
                var other = Rig.start(Wire.PLAIN, factory -> {}, LastMomentTest::prepareForACrowd, Rig::hello)) {
            List<Future<Void>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(new Client(List.of(drained, other), i)::askOnAndOn));
            }
            awaitAnswers(2000);
            assertThat(drained.ledger().getOpen()).isPositive();

            CompletableFuture<Void> done = drained.factory().drain(500);
            done.get(60, TimeUnit.SECONDS);
            awaitAnswers(answered.get() + 2000);
            assertThat(other.ledger().getOpen()).isGreaterThan(CLIENTS / 2);
            drained.factory().resume();
            awaitAnswers(answered.get() + 1000);
            over = true;
            for (Future<Void> client : clients) {
                client.get(60, TimeUnit.SECONDS);
            }
        } finally {
            over = true;
            threads.shutdownNow();
        }
    }

    private void awaitAnswers(int count) {
        Eventually.await(Rig.PATIENCE, count + " requests are answered", answered::get, now -> now >= count);
    }
}
