package io.github.jettykeepalive.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.RawClient;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server is stopped and started again, its connector is, and its factory is beneath a connector that runs: as with stock
 * Jetty's factory, which has no state.
 */
class RestartTest {
    private static Table<Row, Row> table;
    private static Log log;

    /** What happens to a server. */
    @FunctionalInterface
    private interface Story {
        void tell(Scene scene) throws Exception;
    }

    /** All that happens. */
    enum What {
        SERVER_IS_STARTED_THREE_TIMES(Scene::serverIsStartedThreeTimes),
        CONNECTOR_IS_STARTED_THREE_TIMES_WHILE_ITS_SERVER_RUNS(Scene::connectorIsStartedThreeTimesWhileItsServerRuns),
        FACTORY_IS_STOPPED_BY_ITSELF_WHILE_ITS_CONNECTOR_RUNS(Scene::factoryIsStoppedByItselfWhileItsConnectorRuns),
        FACTORY_IS_STARTED_AGAIN_WITH_OTHER_SETTINGS(Scene::factoryIsStartedAgainWithOtherSettings),
        FACTORY_IS_NOT_ADDED_TO_A_CONNECTOR_THAT_RUNS(Scene::factoryIsNotAddedToAConnectorThatRuns),
        FACTORY_MOVES_TO_A_CONNECTOR_OF_ANOTHER_SERVER(Scene::factoryMovesToAConnectorOfAnotherServer),
        CONNECTOR_WITH_THE_SAME_FACTORY_IS_ADDED_TO_A_SERVER_THAT_RUNS(
                Scene::connectorWithTheSameFactoryIsAddedToAServerThatRuns);

        private final Story story;

        What(Story story) {
            this.story = story;
        }
    }

    /** A row. */
    record Row(Make make, What what) {}

    static Stream<Row> rows() {
        return Stream.of(Make.values()).flatMap(make -> Stream.of(What.values()).map(what -> new Row(make, what)));
    }

    @BeforeAll
    static void begin() {
        log = new Log();
        table = new Table<>(rows(), 20, row -> {
            Scene scene = new Scene(row.make);
            try {
                row.what.story.tell(scene);
            } finally {
                scene.site.server.stop();
            }
            return row;
        });
    }

    @AfterAll
    static void end() throws InterruptedException {
        table.close();
        log.close();
        Threads.expectNone();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void serverIsInServiceWhateverHappenedToIt(Row row) throws InterruptedException {
        assertThat(table.outcome(row)).isEqualTo(row);
    }

    /** The server of one row. */
    private static final class Scene {
        private final Make make;
        private final Site site = new Site();

        Scene(Make make) {
            this.make = make;
        }

        private ServerConnector connector() {
            ServerConnector connector = site.add(make.factory(Probe::settings));
            return connector;
        }

        private Probe probe(ServerConnector connector) throws Exception {
            return Probe.open(make, connector, site.desk);
        }

        private void assertInService(ServerConnector connector) throws Exception {
            probe(connector).expectInService();
        }

        private void assertForgotten(ServerConnector connector, int most) {
            assertBooks(connector);
            site.census.awaitForgotten(most);
        }

        private void assertBooks(ServerConnector connector) {
            if (make == Make.OURS) {
                Books.assertAllClosed(Site.ours(connector));
            }
        }

        void serverIsStartedThreeTimes() throws Exception {
            ServerConnector connector = connector();
            for (int i = 1; i <= 3; i++) {
                site.server.start();
                assertInService(connector);
                Probe cut = probe(connector);
                site.server.stop();
                cut.expectClosed();
                assertBooks(connector);
            }
            site.census.awaitForgotten(4);
        }

        void connectorIsStartedThreeTimesWhileItsServerRuns() throws Exception {
            ServerConnector connector = connector();
            site.server.start();
            for (int i = 1; i <= 3; i++) {
                Probe cut = probe(connector);
                connector.stop();
                cut.expectClosed();
                assertBooks(connector);
                connector.start();
            }
            assertInService(connector);
            assertForgotten(connector, 4);
        }

        void factoryIsStoppedByItselfWhileItsConnectorRuns() throws Exception {
            ServerConnector connector = connector();
            HttpConnectionFactory factory = connector.getConnectionFactory(HttpConnectionFactory.class);
            site.server.start();
            Probe before = probe(connector);
            factory.stop();
            before.expectInService();
            Probe stopped = probe(connector);
            factory.start();
            stopped.expectInService();
            assertInService(connector);
            assertForgotten(connector, 1);
            factory.stop();
            site.server.stop();
            assertForgotten(connector, 2);
        }

        /** What was set while it was stopped is in force, if it is ours to set. */
        void factoryIsStartedAgainWithOtherSettings() throws Exception {
            ServerConnector connector = connector();
            HttpConnectionFactory factory = connector.getConnectionFactory(HttpConnectionFactory.class);
            site.server.start();
            assertInService(connector);
            factory.stop();
            if (factory instanceof KeepAliveConnectionFactory ours) {
                ours.setMaxRequests(2);
            }
            factory.start();
            try (var client = RawClient.connect(connector.getLocalPort()).patience(Site.PATIENCE)) {
                client.send(Ask.keep(Desk.HELLO));
                assertThat(client.readResponse().fields("Connection")).doesNotContain("close");
                client.send(Ask.keep(Desk.HELLO));
                assertThat(client.readResponse().fields("Connection").contains("close"))
                        .isEqualTo(make == Make.OURS);
            }
            Site.awaitNoSocket(connector.getLocalPort());
            assertForgotten(connector, 1);
        }

        /** Jetty refuses all that changes a running connector's factories; it goes on as before. */
        void factoryIsNotAddedToAConnectorThatRuns() throws Exception {
            ServerConnector connector = connector();
            site.server.start();
            Probe open = probe(connector);
            HttpConnectionFactory another = make.factory(Probe::settings);

            assertThatThrownBy(() -> connector.addConnectionFactory(another)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> connector.setConnectionFactories(List.of(another)))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> connector.removeConnectionFactory("HTTP/1.1"))
                    .isInstanceOf(IllegalStateException.class);
            open.expectInService();
            assertInService(connector);
        }

        /** A connector belongs to one server for good; its factory may move. */
        void factoryMovesToAConnectorOfAnotherServer() throws Exception {
            ServerConnector connector = connector();
            HttpConnectionFactory factory = connector.getConnectionFactory(HttpConnectionFactory.class);
            site.server.start();
            Probe cut = probe(connector);
            site.server.removeConnector(connector);
            connector.stop();
            cut.expectClosed();
            connector.removeConnectionFactory(factory.getProtocol());

            Site other = new Site();
            assertThatIllegalArgumentException().isThrownBy(() -> other.server.addConnector(connector));
            ServerConnector next = other.add(factory);
            other.server.start();
            try {
                Probe.open(make, next, other.desk).expectInService();
            } finally {
                other.server.stop();
            }
            assertForgotten(next, 2);
        }

        /** Its factory was started by the first, and outlives it. */
        void connectorWithTheSameFactoryIsAddedToAServerThatRuns() throws Exception {
            ServerConnector first = connector();
            site.server.start();
            ServerConnector second = site.add(first.getConnectionFactory(HttpConnectionFactory.class));
            second.start();
            Probe firstOpen = probe(first);
            Probe secondOpen = probe(second);
            firstOpen.expectInService();
            secondOpen.expectInService();
            Probe kept = probe(second);
            first.stop();
            kept.expectInService();
            second.stop();
            first.start();
            assertInService(first);
            assertForgotten(first, 4);
        }
    }
}
