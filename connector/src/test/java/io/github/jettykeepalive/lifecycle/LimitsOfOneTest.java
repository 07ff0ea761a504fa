package io.github.jettykeepalive.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.io.ConnectionStatistics;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Limits of one, and connections that come and end in any order: Jetty's listeners are told once of each that is closed, so
 * that its own limits and statistics agree, and nothing stays behind.
 */
class LimitsOfOneTest {
    private static final int CONNECTIONS = 200;

    private final Site site = new Site();
    private final ConnectionStatistics statistics = new ConnectionStatistics();
    private final List<RawClient> clients = new ArrayList<>();
    private Log log;

    /** The limit that is one. */
    enum Limit {
        STOCK(null),
        NONE(factory -> {}),
        MAX_LINGERING(factory -> factory.setMaxLingering(1)),
        MAX_CONNECTIONS(factory -> factory.setMaxConnections(1)),
        MAX_CONNECTIONS_PER_CLIENT(factory -> factory.setMaxConnectionsPerClient(1)),
        ALL(factory -> {
            factory.setMaxConnections(1);
            factory.setMaxConnectionsPerClient(1);
            factory.setMaxLingering(1);
        });

        private final Consumer<KeepAliveConnectionFactory> settings;

        Limit(Consumer<KeepAliveConnectionFactory> settings) {
            this.settings = settings;
        }

        /** Whether every request is served. */
        boolean refusesNobody() {
            return this != MAX_CONNECTIONS_PER_CLIENT && this != ALL;
        }
    }

    /** What a client does with its connection. */
    enum Manner {
        /** Its last request says so. */
        CLOSES,
        /** Its connection is kept, and it leaves. */
        LEAVES,
        /** It goes away without a FIN. */
        RESETS,
        /** It never asks. */
        SAYS_NOTHING,
        /** It is refused before it has sent its content. */
        UPLOADS
    }

    record Row(Limit limit, long seed) {}

    static Stream<Row> rows() {
        return Stream.of(Limit.values()).flatMap(limit -> Stream.of(new Row(limit, 1), new Row(limit, 2)));
    }

    @BeforeEach
    void begin() {
        log = new Log("maxLingering reached", "maxConnections reached", "maxConnectionsPerClient reached");
    }

    @AfterEach
    void end() throws Exception {
        for (RawClient client : clients) {
            client.close();
        }
        site.server.stop();
        log.close();
        Threads.expectNone();
    }

    private ServerConnector start(Limit limit) throws Exception {
        ServerConnector connector =
                site.add(limit.settings == null ? Make.STOCK.factory() : Make.OURS.factory(limit.settings));
        connector.addBean(statistics);
        site.server.start();
        return connector;
    }

    private RawClient connect(ServerConnector connector) throws IOException {
        RawClient client = RawClient.connect(connector.getLocalPort()).patience(Site.PATIENCE);
        clients.add(client);
        return client;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void listenersAreToldOnceOfEachEnd(Row row) throws Exception {
        ServerConnector connector = start(row.limit);
        var random = new Random(row.seed);
        var open = new ArrayList<RawClient>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Manner manner = Manner.values()[random.nextInt(Manner.values().length)];
            try {
                RawClient client = connect(connector);
                if (play(client, manner)) {
                    open.add(client);
                }
            } catch (SocketException reset) {
                // One that was refused is soon the oldest that lingers, even before its client knows that it is
                // connected.
                assertThat(row.limit).isEqualTo(Limit.ALL);
            }
            while (open.size() > 10 || (!open.isEmpty() && random.nextInt(3) == 0)) {
                open.remove(random.nextInt(open.size())).close();
            }
        }
        for (RawClient client : open) {
            client.close();
        }
        Site.awaitNoSocket(connector.getLocalPort());
        Eventually.await(
                Site.PATIENCE, "all are closed", site.census::closed, closed -> closed == site.census.opened());
        if (row.limit.refusesNobody()) {
            assertThat(site.census.opened()).isEqualTo(CONNECTIONS);
        }
        assertThat(statistics.getConnections()).as("Jetty's statistics").isZero();
        if (row.limit != Limit.STOCK) {
            Books.assertAllClosed(Site.ours(connector));
            assertThat(Site.ours(connector).getLedger().getOpened()).isEqualTo(CONNECTIONS);
        }
        clients.clear();
        open.clear();
        site.census.awaitForgotten(1);
    }

    /** Does what is to be done to a connection, all of whose responses are read; false if nothing is left of it. */
    private static boolean play(RawClient client, Manner manner) throws IOException {
        try {
            switch (manner) {
                case CLOSES -> client.send(Ask.close(Desk.HELLO)).readToEof();
                case LEAVES -> client.send(Ask.keep(Desk.HELLO)).readResponse();
                case RESETS -> client.send(Ask.keep(Desk.HELLO)).reset();
                case SAYS_NOTHING -> {}
                default ->
                    client.send(Ask.request("POST " + Desk.REFUSE + " HTTP/1.1", "Content-Length: 100000") + "x")
                            .readResponse();
            }
        } catch (IOException | AssertionError shed) {
            // It may be another's turn to make room, even before it has its answer; all that is asked is that everybody
            // is told, once.
            client.close();
            return false;
        }
        return manner != Manner.RESETS;
    }

    /** One that lingers, or none. */
    @ParameterizedTest
    @EnumSource(names = {"MAX_LINGERING", "ALL"})
    void oneLingersAtATime(Limit limit) throws Exception {
        ServerConnector connector = start(limit);
        KeepAliveConnectionFactory factory = Site.ours(connector);
        for (int i = 0; i < 50; i++) {
            RawClient client = connect(connector);
            client.send(Ask.close(Desk.HELLO));
            assertThat(client.readResponse().status()).isIn(200, 503);
            Eventually.await(
                    Site.PATIENCE,
                    "it lingers, and no other",
                    () -> factory.getLingering() == 1 && factory.getLedger().getOpen() == 1);
            assertThat(site.census.closed()).isLessThanOrEqualTo(site.census.opened());
        }
        Books.assertOpen(factory, 1);
    }

    /** A client that has one connection, and asks again and again by a new one: its idle one makes room. */
    @ParameterizedTest
    @EnumSource(names = {"MAX_CONNECTIONS", "MAX_CONNECTIONS_PER_CLIENT", "ALL"})
    void idleConnectionMakesRoomForTheNext(Limit limit) throws Exception {
        ServerConnector connector = start(limit);
        KeepAliveConnectionFactory factory = Site.ours(connector);
        RawClient last = connect(connector);
        assertThat(last.send(Ask.keep(Desk.HELLO)).readResponse().status()).isEqualTo(200);
        for (int i = 0; i < 50; i++) {
            Eventually.await(Site.PATIENCE, "it is idle", factory.getLedger()::getIdle, idle -> idle == 1);
            RawClient next = connect(connector);
            assertThat(next.send(Ask.keep(Desk.HELLO)).readResponse().status()).isEqualTo(200);
            last.expectFin();
            last.close();
            last = next;
        }
        Books.assertOpen(factory, 1);
        Eventually.await(
                Site.PATIENCE, "50 are closed", () -> site.census.opened() - site.census.closed(), open -> open == 1);
        assertThat(statistics.getConnections()).isEqualTo(1);
    }
}
