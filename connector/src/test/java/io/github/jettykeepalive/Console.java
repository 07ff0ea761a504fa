package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
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

/** An operator's console: JMX over a socket, and not one of our classes at hand. */
final class Console implements AutoCloseable {
    private final MBeanServer beans = MBeanServerFactory.newMBeanServer();
    private final JMXConnectorServer exported;
    private final JMXConnector connector;

    Console() {
        try {
            exported = JMXConnectorServerFactory.newJMXConnectorServer(
                    new JMXServiceURL("service:jmx:rmi://127.0.0.1"), null, beans);
            exported.start();
            connector = JMXConnectorFactory.connect(
                    exported.getAddress(),
                    Map.of(JMXConnectorFactory.DEFAULT_CLASS_LOADER, ClassLoader.getPlatformClassLoader()));
        } catch (IOException x) {
            throw new AssertionError(x);
        }
    }

    /** Has the server that is being built report here. */
    void attach(TestServer.Builder builder) {
        builder.configure(server -> server.addBean(new MBeanContainer(beans)));
    }

    Bean factory() throws IOException, JMException {
        return only("io.github.jettykeepalive:type=keepaliveconnectionfactory,*");
    }

    Bean ledger() throws IOException, JMException {
        return only("io.github.jettykeepalive.enforce:type=connectionledger,*");
    }

    private Bean only(String pattern) throws IOException, JMException {
        MBeanServerConnection connection = connector.getMBeanServerConnection();
        Set<ObjectName> names = connection.queryNames(new ObjectName(pattern), null);
        assertThat(names).hasSize(1);
        return new Bean(connection, names.iterator().next());
    }

    @Override
    public void close() throws IOException {
        connector.close();
        exported.stop();
    }

    /** One bean as the console sees it. */
    record Bean(MBeanServerConnection connection, ObjectName name) {

        Object get(String attribute) throws IOException, JMException {
            return connection.getAttribute(name, attribute);
        }

        void set(String attribute, Object value) throws IOException, JMException {
            connection.setAttribute(name, new Attribute(attribute, value));
        }

        /** An operation without parameters, or with one {@code long}. */
        void invoke(String operation, Long... argument) throws IOException, JMException {
            connection.invoke(name, operation, argument, argument.length == 0 ? null : new String[] {"long"});
        }

        MBeanAttributeInfo[] attributes() throws IOException, JMException {
            return connection.getMBeanInfo(name).getAttributes();
        }
    }
}
