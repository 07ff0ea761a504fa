package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static io.github.jettykeepalive.Ask.get;
import static io.github.jettykeepalive.Ask.get10;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.jettykeepalive.Crowd.Line;
import io.github.jettykeepalive.Crowd.Outcome;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How a server is emptied, by its API and by a graceful stop. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class DrainTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String WAIT = Ask.request("GET /wait HTTP/1.1");

    @Parameter
    private Wire wire;

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private Rig rig(Consumer<TestServer.Builder> surroundings) throws Exception {
        return Rig.start(wire, factory -> {}, surroundings, this::helloOrWait);
    }

    private boolean helloOrWait(Request request, Response response, Callback callback) throws Exception {
        if (Request.getPathInContext(request).equals("/wait")) {
            entered.countDown();
            release.await();
        }
        return Rig.hello(request, response, callback);
    }

    private RawClient connectIdle(Rig rig) throws IOException {
        RawClient client = rig.connect();
        assertThat(client.send(get()).readResponse().fields("Connection")).isEmpty();
        return client;
    }

    private RawClient connectBusy(Rig rig) throws IOException, InterruptedException {
        RawClient client = rig.connect().send(WAIT);
        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
        return client;
    }

    /** The end that a client sees that is not in the middle of anything. */
    private static void assertLeft(RawClient client) throws IOException {
        client.expectFin();
        client.halfClose();
        client.close();
    }

    private static void assertLast(RawClient client) throws IOException {
        RawResponse response = client.readResponse();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("hello");
        assertThat(response.fields("Connection")).containsExactly("close");
        assertThat(response.fields("Keep-Alive")).isEmpty();
        assertLeft(client);
    }

    @Test
    void everyResponseSaysCloseAndTheFutureCompletesWithTheLast() throws Exception {
        try (var rig = rig(builder -> {});
                var idle = connectIdle(rig);
                var busy = connectBusy(rig)) {
            CompletableFuture<Void> done = rig.factory().drain(0);
            assertThat(rig.factory().isShutdown()).isTrue();
            assertLeft(idle);
            for (String request : List.of(get(), get(KEEP_ALIVE), get10(KEEP_ALIVE))) {
                assertLast(rig.connect().send(request));
            }
            assertThat(done).isNotDone();
            release.countDown();
            assertLast(busy);

            done.get(30, TimeUnit.SECONDS);
            rig.expectCloses(Map.of(CloseReason.DRAIN, 5L));
        }
    }

    @Test
    void whatWasPipelinedBeyondTheLastResponseIsNotServed() throws Exception {
        try (var rig = rig(builder -> {});
                var busy = connectBusy(rig).send(get() + get())) {
            CompletableFuture<Void> done = rig.factory().drain(0);
            release.countDown();
            assertLast(busy);

            done.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void idleOnesLeaveOneAfterTheOther() throws Exception {
        assumeFalse(wire.isTls(), "the crowd speaks plain HTTP; DrainTimelineTest has the times");
        try (var rig = rig(LastMomentTest::prepareForACrowd)) {
            var leaving = CompletableFuture.supplyAsync(() -> leave(rig.port(), 60));
            Eventually.await(PATIENCE, "all are idle", rig.ledger()::getIdle, idle -> idle == 60);
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
            return Crowd.play(port, size, i -> List.of(Line.ask(Duration.ZERO, get())), true, PATIENCE);
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }

    @Test
    void resumeKeepsConnectionsAgain() throws Exception {
        try (var rig = rig(builder -> {});
                var told = connectIdle(rig)) {
            CompletableFuture<Void> done = rig.factory().drain(60_000);
            rig.factory().resume();
            assertThat(done).isCancelled();
            assertThat(rig.factory().isShutdown()).isFalse();

            // A request takes the order to leave back.
            assertThat(told.send(get()).readResponse().fields("Connection")).isEmpty();
            RawClient client = connectIdle(rig);
            assertThat(client.send(get()).readResponse().fields("Connection")).isEmpty();
            client.close();
        }
    }

    /** As {@code Server.stop()} does it when there is a stop timeout. */
    private static CompletableFuture<Void> stop(Server server) {
        server.setStopTimeout(20_000);
        return CompletableFuture.runAsync(() -> {
            try {
                server.stop();
            } catch (Exception x) {
                throw new IllegalStateException(x);
            }
        });
    }

    private void assertStopsGracefully(Rig rig, RawClient busy, RawClient idle, RawClient silent) throws Exception {
        CompletableFuture<Void> stopped = stop(rig.server().server());
        assertLeft(idle);
        assertLeft(silent);
        assertThat(stopped).isNotDone();
        release.countDown();
        assertLast(busy);

        stopped.get(15, TimeUnit.SECONDS);
        rig.expectCloses(Map.of(CloseReason.DRAIN, 3L));
    }

    @Test
    void stopWithATimeoutIsADrain() throws Exception {
        try (var rig = rig(builder -> {});
                var idle = connectIdle(rig);
                var silent = rig.connect();
                var busy = connectBusy(rig)) {
            assertStopsGracefully(rig, busy, idle, silent);
        }
    }

    @Test
    void stopWithATimeoutIsADrainWithGracefulHandlerToo() throws Exception {
        try (var rig = rig(builder ->
                        builder.configure(server -> server.setHandler(new GracefulHandler(server.getHandler()))));
                var idle = connectIdle(rig);
                var silent = rig.connect();
                var busy = connectBusy(rig)) {
            assertStopsGracefully(rig, busy, idle, silent);
        }
    }

    /** Requests that come after it get Jetty's 503, but in order. */
    @Test
    void gracefulHandlersRefusalEndsTheConnectionInOrder() throws Exception {
        try (var rig = rig(builder ->
                        builder.configure(server -> server.setHandler(new GracefulHandler(server.getHandler()))));
                var client = connectIdle(rig);
                var busy = connectBusy(rig)) {
            CompletableFuture<Void> stopped = stop(rig.server().server());
            Eventually.await(PATIENCE, "the drain has begun", rig.factory()::isShutdown);
            RawResponse refusal = client.send(get()).readResponse();
            assertThat(refusal.fields("Connection")).containsExactly("close");
            assertLeft(client);
            release.countDown();
            assertLast(busy);

            stopped.get(15, TimeUnit.SECONDS);
            rig.expectCloses(Map.of(CloseReason.DRAIN, 2L));
        }
    }

    @Test
    void stoppedServerStartsAgainWithoutADrain() throws Exception {
        try (var rig = rig(builder -> {})) {
            connectIdle(rig).close();
            stop(rig.server().server()).get(20, TimeUnit.SECONDS);
            rig.server().server().start();
            assertThat(rig.factory().isShutdown()).isFalse();

            RawClient client = connectIdle(rig);
            assertThat(client.send(get()).readResponse().fields("Connection")).isEmpty();
            client.close();
        }
    }
}
