package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static io.github.jettykeepalive.Ask.get;
import static io.github.jettykeepalive.Ask.get10;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.InBackground;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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
            assertThat(rig.factory().isDraining()).isTrue();
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
    void resumeKeepsConnectionsAgain() throws Exception {
        try (var rig = rig(builder -> {});
                var told = connectIdle(rig)) {
            CompletableFuture<Void> done = rig.factory().drain(60_000);
            rig.factory().resume();
            assertThat(done).isCancelled();
            assertThat(rig.factory().isDraining()).isFalse();

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
        return InBackground.run(() -> {
            try {
                server.stop();
            } catch (Exception x) {
                throw new IllegalStateException(x);
            }
        });
    }

    /** Jetty's own timer of a stop is out of the way: it may cut a response that is being written when it goes off. */
    private static void leaveItToUs(ServerConnector connector) {
        connector.setShutdownIdleTimeout(20_000);
    }

    private static void addGracefulHandler(Server server) {
        server.setHandler(new GracefulHandler(server.getHandler()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stopWithATimeoutIsADrain(boolean gracefulHandler) throws Exception {
        try (var rig = rig(builder -> builder.connector(DrainTest::leaveItToUs)
                        .configure(gracefulHandler ? DrainTest::addGracefulHandler : server -> {}));
                var idle = connectIdle(rig);
                var silent = rig.connect();
                var busy = connectBusy(rig)) {
            CompletableFuture<Void> stopped = stop(rig.server().server());
            assertLeft(idle);
            assertLeft(silent);
            assertThat(stopped).isNotDone();
            release.countDown();
            assertLast(busy);

            stopped.get(15, TimeUnit.SECONDS);
            rig.expectCloses(Map.of(CloseReason.DRAIN, 3L));
        }
    }

    @Test
    void idleOnesLeaveForTheDrainWhoeverIsFaster() throws Exception {
        try (var rig = rig(builder -> builder.connector(connector -> connector.setShutdownIdleTimeout(200)));
                var idle = connectIdle(rig);
                var silent = rig.connect()) {
            // A socket that Jetty has accepted but not opened when it stops is left open, and nobody hears of it.
            Eventually.await(PATIENCE, "both are open", rig.ledger()::getOpen, open -> open == 2);
            CompletableFuture<Void> stopped = stop(rig.server().server());
            assertLeft(idle);
            assertLeft(silent);

            stopped.get(15, TimeUnit.SECONDS);
            rig.expectCloses(Map.of(CloseReason.DRAIN, 2L));
        }
    }

    /** Requests that come after it get Jetty's 503, but in order. */
    @Test
    void gracefulHandlersRefusalEndsTheConnectionInOrder() throws Exception {
        try (var rig = rig(
                        builder -> builder.connector(DrainTest::leaveItToUs).configure(DrainTest::addGracefulHandler));
                var client = connectIdle(rig);
                var busy = connectBusy(rig)) {
            client.send("GET").awaitRead();
            CompletableFuture<Void> stopped = stop(rig.server().server());
            Eventually.await(PATIENCE, "the drain has begun", rig.factory()::isDraining);
            RawResponse refusal = client.send(get().substring("GET".length())).readResponse();
            assertThat(refusal.fields("Connection")).containsExactly("close");
            assertLeft(client);
            release.countDown();
            assertLast(busy);

            stopped.get(15, TimeUnit.SECONDS);
            rig.expectCloses(Map.of(CloseReason.DRAIN, 2L));
        }
    }

    /** What was asked for ends with the factory, before whose start its connector may be known again. */
    @Test
    void serverThatWasDrainedStartsAgainWithoutADrain() throws Exception {
        try (var rig = rig(builder -> {})) {
            connectIdle(rig).close();
            rig.factory().drain(0).get(20, TimeUnit.SECONDS);
            assertThat(rig.factory().isDraining()).isTrue();
            rig.server().server().stop();
            assertThat(rig.factory().isDraining()).isFalse();
            rig.factory().drain(0).get(20, TimeUnit.SECONDS);
            assertThat(rig.factory().isDraining()).isFalse();
            rig.server().server().start();
            assertKeeps(rig);
        }
    }

    private void assertKeeps(Rig rig) throws IOException {
        assertThat(rig.factory().isDraining()).isFalse();
        RawClient client = connectIdle(rig);
        assertThat(client.send(get()).readResponse().fields("Connection")).isEmpty();
        client.close();
        Eventually.await(PATIENCE, "it is gone", rig.ledger()::getOpen, open -> open == 0);
    }

    @Test
    void stoppedServerStartsAgainWithoutADrain() throws Exception {
        try (var rig = rig(builder -> {})) {
            connectIdle(rig).close();
            stop(rig.server().server()).get(20, TimeUnit.SECONDS);
            rig.server().server().start();
            assertThat(rig.factory().isDraining()).isFalse();

            RawClient client = connectIdle(rig);
            assertThat(client.send(get()).readResponse().fields("Connection")).isEmpty();
            client.close();
        }
    }
}
