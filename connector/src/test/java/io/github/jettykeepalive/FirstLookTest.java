package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.CLOSE;
import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.RawClient;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** A new connection is read before the selector is asked: what has already arrived is served by the thread that made it. */
class FirstLookTest {
    private final Map<Connection, Thread> makers = new ConcurrentHashMap<>();

    private Rig start() throws Exception {
        return Rig.start(
                Wire.PLAIN,
                factory -> factory.addEventListener(new Connection.Listener() {
                    @Override
                    public void onOpened(Connection connection) {
                        makers.put(connection, Thread.currentThread());
                    }
                }),
                this::tellWhetherTheMakerServes);
    }

    private boolean tellWhetherTheMakerServes(Request request, Response response, Callback callback) {
        Thread maker = makers.get(request.getConnectionMetaData().getConnection());
        Content.Sink.write(response, true, "its maker: " + (maker == Thread.currentThread()), callback);
        return true;
    }

    @Test
    void aRequestThatCameBeforeItsConnectionWasMadeIsServedAtOnce() throws Exception {
        try (Rig rig = start()) {
            rig.server().connector().setAccepting(false);
            // An acceptor that was waiting already lets one in.
            try (RawClient first = rig.connect();
                    RawClient client = rig.connect()) {
                client.send(get(CLOSE));
                rig.server().connector().setAccepting(true);

                assertThat(client.readResponse().body()).isEqualTo("its maker: true");
                client.expectFin();
                assertThat(first.send(get(CLOSE)).readResponse().status()).isEqualTo(200);
                first.expectFin();
            }
            rig.expectCloses(CloseReason.CLIENT, CloseReason.CLIENT);
        }
    }

    @Test
    void aRequestThatComesLaterIsServedToo() throws Exception {
        try (Rig rig = start();
                RawClient client = rig.connect()) {
            client.send("GET / HTTP/1.1\r\n");
            client.awaitRead();
            client.send("Host: localhost\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("its maker: false");
        }
    }

    @Test
    void aHandlerThatBlocksAtTheFirstLookKeepsNobodyElseWaiting() throws Exception {
        var blocked = new CountDownLatch(1);
        var go = new CompletableFuture<Boolean>();
        try (Rig rig = Rig.start(Wire.PLAIN, (request, response, callback) -> {
            if (request.getHttpURI().getPath().equals("/slow")) {
                blocked.countDown();
                assertThat(go.get(30, TimeUnit.SECONDS)).isTrue();
            }
            return Rig.hello(request, response, callback);
        })) {
            rig.server().connector().setAccepting(false);
            try (RawClient slow = rig.connect();
                    RawClient quick = rig.connect()) {
                slow.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
                rig.server().connector().setAccepting(true);
                assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();

                quick.send(get());
                assertThat(quick.readResponse().body()).isEqualTo("hello");
                go.complete(true);
                assertThat(slow.readResponse().body()).isEqualTo("hello");
            }
        }
    }

    /** Sockets that both sides are done with are closed several at a time, but not where that would keep others out. */
    @Test
    void aConnectionLimitOfOneLetsOneAfterTheOtherIn() throws Exception {
        int many = 40;
        try (Rig rig = Rig.start(
                Wire.PLAIN, factory -> {}, builder -> builder.configure(FirstLookTest::limitToOne), Rig::hello)) {
            for (int i = 0; i < many; i++) {
                try (RawClient client = rig.connect()) {
                    assertThat(client.send(get(CLOSE)).readResponse().body()).isEqualTo("hello");
                    client.expectFin();
                }
            }
            rig.awaitCloses(many);
        }
    }

    private static void limitToOne(Server server) {
        server.addBean(new NetworkConnectionLimit(1, server));
    }
}
