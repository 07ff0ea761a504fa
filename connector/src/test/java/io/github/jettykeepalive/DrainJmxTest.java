package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.Eventually;
import java.util.Map;
import java.util.Set;
import javax.management.Attribute;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import org.eclipse.jetty.jmx.MBeanContainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator does from a console in another process: drain, resume, change a setting. */
class DrainJmxTest {
    private final MBeanServer beans = MBeanServerFactory.newMBeanServer();
    private JMXConnectorServer exported;
    private JMXConnector console;

    @BeforeEach
    void export() throws Exception {
        exported = JMXConnectorServerFactory.newJMXConnectorServer(
                new JMXServiceURL("service:jmx:rmi://127.0.0.1"), null, beans);
        exported.start();
        console = JMXConnectorFactory.connect(exported.getAddress());
    }

    @AfterEach
    void close() throws Exception {
        console.close();
        exported.stop();
    }

    private Rig rig() throws Exception {
        return Rig.start(
                Wire.PLAIN,
                factory -> {},
                builder -> builder.configure(server -> server.addBean(new MBeanContainer(beans))),
                Rig::hello);
    }

    private static ObjectName factory(MBeanServerConnection connection) throws Exception {
        Set<ObjectName> names = connection.queryNames(
                new ObjectName("io.github.jettykeepalive:type=keepaliveconnectionfactory,*"), null);
        assertThat(names).hasSize(1);
        return names.iterator().next();
    }

    @Test
    void serverIsDrainedAndPutBackIntoService() throws Exception {
        try (var rig = rig();
                var idle = rig.connect()) {
            MBeanServerConnection connection = console.getMBeanServerConnection();
            ObjectName factory = factory(connection);
            idle.send(get()).readResponse();

            connection.invoke(factory, "beginDrain", new Object[] {0L}, new String[] {"long"});
            idle.expectFin();
            idle.halfClose();
            assertThat(connection.getAttribute(factory, "shutdown")).isEqualTo(true);
            rig.expectCloses(CloseReason.DRAIN);
            connection.invoke(factory, "resume", null, null);
            assertThat(connection.getAttribute(factory, "shutdown")).isEqualTo(false);

            try (var client = rig.connect()) {
                assertThat(client.send(get()).readResponse().fields("Connection"))
                        .isEmpty();
            }
        }
    }

    @Test
    void settingIsChangedOrRefused() throws Exception {
        try (var rig = rig()) {
            MBeanServerConnection connection = console.getMBeanServerConnection();
            ObjectName factory = factory(connection);

            connection.setAttribute(factory, new Attribute("maxRequests", 7));
            assertThat(rig.factory().getPolicy().maxRequests()).isEqualTo(7);
            assertThatThrownBy(() -> connection.setAttribute(factory, new Attribute("maxRequests", -7)))
                    .hasStackTraceContaining("maxRequests: -7 (expected: >= 0)");
            assertThat(connection.getAttribute(factory, "maxRequests")).isEqualTo(7);
        }
    }

    @Test
    void countersTellWhatHappened() throws Exception {
        try (var rig = rig();
                var client = rig.connect()) {
            MBeanServerConnection connection = console.getMBeanServerConnection();
            client.send(get(Ask.CLOSE)).readResponse();
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.CLIENT);
            Set<ObjectName> ledgers = connection.queryNames(
                    new ObjectName("io.github.jettykeepalive.enforce:type=connectionledger,*"), null);
            assertThat(ledgers).hasSize(1);
            ObjectName ledger = ledgers.iterator().next();

            Eventually.await(Rig.PATIENCE, "none is open", () -> rig.ledger().getOpen() == 0);
            assertThat(connection.getAttribute(ledger, "closesByReason")).isEqualTo(Map.of("client", 1L));
            connection.invoke(ledger, "resetCounters", null, null);
            assertThat(connection.getAttribute(ledger, "closesByReason")).isEqualTo(Map.of());
            assertThat(rig.ledger().getOpened()).isZero();
        }
    }
}
