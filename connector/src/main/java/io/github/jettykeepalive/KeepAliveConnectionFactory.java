package io.github.jettykeepalive;

import io.github.jettykeepalive.enforce.CommitCustomizer;
import io.github.jettykeepalive.enforce.ConnectionLedger;
import io.github.jettykeepalive.enforce.ConnectionManager;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import java.util.Objects;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.util.annotation.ManagedObject;
import org.eclipse.jetty.util.annotation.Name;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jetty's HTTP/1.x with connection management: put it where an {@link HttpConnectionFactory} stands.
 *
 * <pre>{@code
 * KeepAliveConnectionFactory http = new KeepAliveConnectionFactory();
 * http.setMaxRequests(100);
 * http.setKeepAliveTimeout(15_000);
 * server.addConnector(new ServerConnector(server, http));
 * }</pre>
 *
 * <p>It works on plain connectors, behind TLS and ALPN, behind the PROXY protocol and beside HTTP/2. Requests, responses and
 * upgrades are Jetty's own; only when and how a connection ends is decided here.
 */
@ManagedObject("HTTP/1.x connection management")
public class KeepAliveConnectionFactory extends AbstractKeepAliveConnectionFactory {
    private static final Logger LOG = LoggerFactory.getLogger(KeepAliveConnectionFactory.class);

    private @Nullable ConnectionManager manager;

    /** A factory with Jetty's default configuration and {@link KeepAlivePolicy#DEFAULT}. */
    public KeepAliveConnectionFactory() {
        this(new HttpConfiguration());
    }

    /**
     * A factory with {@link KeepAlivePolicy#DEFAULT}.
     *
     * @param configuration may be shared with other factories
     */
    public KeepAliveConnectionFactory(@Name("config") HttpConfiguration configuration) {
        this(configuration, KeepAlivePolicy.DEFAULT);
    }

    /**
     * A factory with a policy, which the setters can still change before the start.
     *
     * @param configuration may be shared with other factories
     */
    public KeepAliveConnectionFactory(
            @Name("config") HttpConfiguration configuration, @Name("policy") KeepAlivePolicy policy) {
        super(configuration, policy);
    }

    /** Checks the settings and freezes them; an {@link IllegalArgumentException} stops the start. */
    @Override
    protected void doStart() throws Exception {
        KeepAlivePolicy policy = toPolicy();
        Scheduler scheduler = getBean(Scheduler.class);
        if (scheduler == null) {
            scheduler = new ScheduledExecutorScheduler("keep-alive-sweep-%x".formatted(hashCode()), true);
            addBean(scheduler);
        }
        CommitCustomizer.install(getHttpConfiguration());
        manager = new ConnectionManager(policy, scheduler, System::nanoTime);
        super.doStart();
        LOG.info("Connection policy of {}: {}", this, policy);
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        manager().stop();
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return super.newConnection(connector, manager().manage(connector, endPoint));
    }

    @Override
    protected <T extends AbstractConnection> T configure(T connection, Connector connector, EndPoint endPoint) {
        T configured = super.configure(connection, connector, endPoint);
        ConnectionManager.attach(configured);
        return configured;
    }

    /** The policy in force. */
    public KeepAlivePolicy getPolicy() {
        return manager == null ? toPolicy() : manager.getPolicy();
    }

    /** Who is open, and what became of the others. Only of a started factory. */
    public ConnectionLedger getLedger() {
        return manager().getLedger();
    }

    private ConnectionManager manager() {
        return Objects.requireNonNull(manager, "not started");
    }
}
