package io.github.jettykeepalive;

import io.github.jettykeepalive.policy.KeepAlivePolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Jetty;
import org.eclipse.jetty.util.annotation.Name;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.component.Container;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a {@link KeepAliveConnectionFactory} in the place of Jetty's HTTP/1.1 factory in every connector of a server, whoever
 * added it: the {@code keep-alive} module's way. Connectors that speak no HTTP/1.1 are left alone.
 *
 * <pre>{@code
 * KeepAliveConnectionFactory settings = new KeepAliveConnectionFactory();
 * settings.setMaxRequests(100);
 * server.addBean(new KeepAliveInstaller(server, settings));
 * server.start();
 * }</pre>
 *
 * <p>It acts when the server starts, before the connectors do, and when a connector is added to a running server, as Spring
 * Boot does. Each connector gets a factory of its own, with the {@code HttpConfiguration} and the listeners of the one it
 * replaces: limits count for each connector, and a setting is changed at run time on each. At a restart with other settings
 * than before it replaces its own factories, too. What it cannot replace it names in a warning: a connector that already runs, one
 * that has a factory of ours already, or an HTTP/1.1 factory that is not Jetty's own.
 */
public class KeepAliveInstaller extends AbstractLifeCycle implements Container.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(KeepAliveInstaller.class);

    private final Server server;
    private final KeepAliveConnectionFactory settings;

    /** What this installer has made, and the policy it was made with. */
    private final Map<ConnectionFactory, KeepAlivePolicy> installed = Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * An installer, to be added to the server as a bean.
     *
     * @param server whose connectors
     * @param settings a factory that serves as the model of all others; it is not used itself
     */
    public KeepAliveInstaller(@Name("server") Server server, @Name("settings") KeepAliveConnectionFactory settings) {
        this.server = server;
        this.settings = settings;
    }

    /** Checks the settings, then replaces the factories; an {@link IllegalArgumentException} stops the start. */
    @Override
    protected void doStart() throws Exception {
        KeepAlivePolicy policy = settings.getPolicy();
        for (Connector connector : server.getConnectors()) {
            install(connector, policy);
        }
        super.doStart();
    }

    /** A connector that comes before the server starts is seen then. */
    @Override
    public void beanAdded(Container parent, Object child) {
        if (isStarted() && child instanceof Connector connector) {
            install(connector, settings.getPolicy());
        }
    }

    @Override
    public void beanRemoved(Container parent, Object child) {}

    private void install(Connector connector, KeepAlivePolicy policy) {
        ConnectionFactory former = connector.getConnectionFactory(HttpVersion.HTTP_1_1.asString());
        if (former == null || policy.equals(installed.get(former))) {
            return;
        }
        if (former instanceof KeepAliveConnectionFactory && !installed.containsKey(former)) {
            LOG.warn("{} has a {} already: the settings of {} are not used there", connector, former, this);
        } else if (connector.isRunning()) {
            LOG.warn("{} runs already: no connection management there; add the installer before it starts", connector);
        } else if (!(connector instanceof AbstractConnector replaceable)) {
            LOG.warn("{} is no AbstractConnector: no connection management there", connector);
        } else if (former.getClass() != HttpConnectionFactory.class && !installed.containsKey(former)) {
            LOG.warn("{} keeps its own HTTP/1.1, {}: no connection management there", connector, former);
        } else {
            install(replaceable, (HttpConnectionFactory) former, policy);
        }
    }

    private void install(AbstractConnector connector, HttpConnectionFactory former, KeepAlivePolicy policy) {
        // The order of the factories is the order in which ALPN prefers them.
        List<ConnectionFactory> factories = new ArrayList<>(connector.getConnectionFactories());
        ConnectionFactory successor = successor(former, policy);
        installed.put(successor, policy);
        factories.set(factories.indexOf(former), successor);
        String protocol = connector.getDefaultProtocol();
        connector.setConnectionFactories(factories);
        connector.setDefaultProtocol(protocol);
    }

    private static ConnectionFactory successor(HttpConnectionFactory former, KeepAlivePolicy policy) {
        KeepAliveConnectionFactory successor = new KeepAliveConnectionFactory(former.getHttpConfiguration(), policy);
        successor.setInputBufferSize(former.getInputBufferSize());
        if (!Jetty.VERSION.startsWith("12.0.")) {
            successor.setTransferEncodingChunkMaxLength(former.getTransferEncodingChunkMaxLength());
        }
        // Listeners are beans too; inherited ones, such as JMX, come with the connector.
        for (Object bean : former.getBeans()) {
            if (!(bean instanceof Container.InheritedListener)) {
                successor.addBean(bean);
            }
        }
        return successor;
    }
}
