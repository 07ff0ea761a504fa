package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.Crowd.Line;
import io.github.jettykeepalive.Crowd.Outcome;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.InBackground;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many clients of a server that is drained: those that are idle, and those that never stop asking. */
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
    void drainOfOneOfTwoServersLosesNoRequest() throws Exception {
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

    @Test
    void idleOnesLeaveOneAfterTheOther() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, factory -> {}, LastMomentTest::prepareForACrowd, Rig::hello)) {
            var leaving = InBackground.supply(() -> leave(rig.port(), 60));
            Eventually.await(Rig.PATIENCE, "all are idle", rig.ledger()::getIdle, idle -> idle == 60);
            CompletableFuture<Void> done = rig.factory().drain(2000);
            Set<Integer> seen = new HashSet<>();
            while (!done.isDone()) {
                seen.add(rig.ledger().getOpen());
                TimeoutsTest.pass(1);
            }

            assertThat(leaving.get(30, TimeUnit.SECONDS)).allMatch(member -> member.fin() && !member.reset());
            assertThat(seen).as("numbers of connections that were seen open").hasSizeGreaterThan(4);
            rig.expectCloses(Map.of(CloseReason.DRAIN, 60L));
        }
    }

    private static List<Outcome> leave(int port, int size) {
        try {
            return Crowd.play(port, size, i -> List.of(Line.ask(Duration.ZERO, get())), true, Rig.PATIENCE);
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }
}
