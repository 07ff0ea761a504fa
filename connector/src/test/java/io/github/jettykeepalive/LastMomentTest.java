package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jettykeepalive.Crowd.Line;
import io.github.jettykeepalive.Crowd.Outcome;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.KernelCounters;
import io.github.jettykeepalive.testing.OwnNetwork;
import io.github.jettykeepalive.testing.TestServer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that come when the connection is about to be closed. */
class LastMomentTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static Rig rig(long keepAlive, long margin, Request.Handler handler) throws Exception {
        return Rig.start(
                Wire.PLAIN,
                factory -> {
                    factory.setKeepAliveTimeout(keepAlive);
                    factory.setAdvertiseMargin(margin);
                },
                LastMomentTest::prepareForACrowd,
                handler);
    }

    static void prepareForACrowd(TestServer.Builder builder) {
        builder.withoutLeakTracking().connector(connector -> connector.setAcceptQueueSize(2000));
    }

    @Test
    void nobodyWhoKeepsToTheAnnouncedTimeoutLosesARequest() throws Exception {
        int connections = 500;
        int rounds = 20;
        Line justInTime = Line.ask(Duration.ofMillis(1000 - 50), get(KEEP_ALIVE));
        // The margin is wide, because it is to cover what a busy test machine adds: it announces 1 s.
        try (var rig = rig(5000, 4000, Rig::hello)) {
            List<Outcome> crowd =
                    Crowd.play(rig.port(), connections, i -> Collections.nCopies(rounds, justInTime), false, PATIENCE);

            assertThat(crowd).allMatch(member -> member.responses() == rounds && !member.reset());
            assertThat(crowd).allMatch(member -> member.text().contains("\r\nKeep-Alive: timeout=1, max="));
        }
    }

    /** Some milliseconds before or after the timeout: answered, or not even begun. */
    @Test
    void requestInTheInstantOfTheTimeoutIsServedOrWasNeverAccepted() throws Exception {
        int connections = 400;
        var random = new Random(1);
        var served = new AtomicInteger();
        try (var rig = rig(500, 0, (request, response, callback) -> {
            served.incrementAndGet();
            return Rig.hello(request, response, callback);
        })) {
            List<Outcome> crowd = Crowd.play(
                    rig.port(),
                    connections,
                    i -> List.of(
                            Line.ask(Duration.ZERO, get()),
                            Line.ask(Duration.ofMillis(480 + random.nextInt(90)), get())),
                    true,
                    PATIENCE);

            assertThat(crowd).allMatch(member -> member.fin() && !member.reset());
            int responses = crowd.stream().mapToInt(Outcome::responses).sum();
            assertThat(served).hasValue(responses);
            assertThat(responses)
                    .as("the first of each, and those that were in time")
                    .isBetween(connections, 2 * connections);
        }
    }

    /** The server is too busy to read it when the timeout strikes. */
    @ParameterizedTest
    @EnumSource
    void requestThatHasArrivedIsServed(Wire wire) throws Exception {
        Consumer<KeepAliveConnectionFactory> settings = factory -> {
            factory.setAdvertiseMargin(0);
            factory.setKeepAliveTimeout(800);
        };
        try (var rig = Rig.start(wire, settings, Rig::hello);
                var client = rig.connect()) {
            client.send(get()).readResponse();
            var free = new CountDownLatch(1);
            makeBusy(wire.connector(rig.server()), free);
            client.send(get());
            // That nothing happens cannot be waited for.
            LockSupport.parkNanos(Duration.ofMillis(1100).toNanos());
            free.countDown();

            assertThat(client.readResponse().status()).isEqualTo(200);
            client.expectFin();
        }
    }

    private static void makeBusy(ServerConnector connector, CountDownLatch untilFree) throws InterruptedException {
        var selectors = connector.getSelectorManager().getBeans(ManagedSelector.class);
        var busy = new CountDownLatch(selectors.size());
        for (ManagedSelector each : selectors) {
            each.submit(keys -> {
                busy.countDown();
                try {
                    untilFree.await();
                } catch (InterruptedException stopping) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        busy.await();
    }

    @Test
    void idleConnectionsEndWithoutAReset() throws Exception {
        assumeTrue(KernelCounters.available() && OwnNetwork.available());

        assertThat(OwnNetwork.run(PATIENCE, Measurement.class)).isEqualTo("ended 200, resets 0, strangers 0");
    }

    /** Runs in the other JVM. */
    static final class Measurement {

        private Measurement() {}

        public static void main(String[] arguments) throws Exception {
            var before = KernelCounters.now();
            long ended;
            try (var rig = rig(300, 0, Rig::hello)) {
                List<Outcome> crowd = Crowd.play(
                        rig.port(), 200, i -> List.of(Line.ask(Duration.ZERO, get())), true, Duration.ofMinutes(1));
                ended = crowd.stream().filter(Outcome::fin).count();
                rig.expectCloses(Collections.nCopies(200, CloseReason.IDLE).toArray(CloseReason[]::new));
            }
            System.out.printf(
                    "ended %d, resets %d, strangers %d%n",
                    ended,
                    KernelCounters.now().minus(before).outRsts(),
                    KernelCounters.strangers().size());
        }
    }
}
