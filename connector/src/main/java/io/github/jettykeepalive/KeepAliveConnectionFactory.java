package io.github.jettykeepalive;

import io.github.jettykeepalive.enforce.CommitCustomizer;
import io.github.jettykeepalive.enforce.ConnectionLedger;
import io.github.jettykeepalive.enforce.ConnectionManager;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.util.annotation.ManagedAttribute;
import org.eclipse.jetty.util.annotation.ManagedObject;
import org.eclipse.jetty.util.annotation.ManagedOperation;
import org.eclipse.jetty.util.annotation.Name;
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
public class KeepAliveConnectionFactory extends AbstractKeepAliveConnectionFactory
        implements ConnectionFactory.Configuring {
    private static final Logger LOG = LoggerFactory.getLogger(KeepAliveConnectionFactory.class);

    private final ConnectionLedger ledger = new ConnectionLedger();
    private final ManagedConnectors connectors = new ManagedConnectors(ledger, this::toPolicy, this::isRunning);

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
        installBean(ledger);
    }

    /** Checks the settings and freezes them; an {@link IllegalArgumentException} stops the start. */
    @Override
    protected void doStart() throws Exception {
        KeepAlivePolicy policy = withPolicy(connectors::start);
        ConnectionManager.prepare();
        CommitCustomizer.install(getHttpConfiguration());
        super.doStart();
        LOG.info("Connection policy of {}: {}", this, policy);
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        connectors.stop();
    }

    /** A connector starts, perhaps before this factory does: from now on settings and drains reach it. */
    @Override
    public void configure(Connector connector) {
        connectors.manager(connector);
    }

    /**
     * Makes an HTTP connection on an end point of any connector. A connector that shares this factory with others has its own
     * timers, limits and drain, from its start until it stops, whether or not this factory is stopped before.
     */
    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return connectors
                .manager(connector)
                .manage(
                        connector,
                        endPoint,
                        getHttpConfiguration(),
                        managed -> super.newConnection(connector, managed),
                        refusing -> configure(refusing, connector, endPoint));
    }

    @Override
    protected <T extends AbstractConnection> T configure(T connection, Connector connector, EndPoint endPoint) {
        ConnectionManager.listen(connection, connector.getEventListeners(), getEventListeners());
        connection.setInputBufferSize(getInputBufferSize());
        return connection;
    }

    /**
     * Empties the connectors without a client noticing: from now every response says close, and idle connections leave at random
     * times within the window, later than a second after their last response. New connections are still accepted; each is
     * served once. A graceful stop of the server does the same for its own connectors.
     *
     * @param spread milliseconds, 0 to 2147483647; 0 = idle connections leave at once
     * @return completes, on a thread of a connector, when no connection is left; those upgraded to another protocol do not count.
     *     Cancelled by {@link #resume}. While a drain is under way, this returns its future and changes nothing
     * @throws IllegalArgumentException if the spread is out of range; nothing has been drained then
     */
    public CompletableFuture<Void> drain(long spread) {
        return connectors.drain(spread);
    }

    /** {@link #drain} for a console, to which a future cannot be sent; watch {@code open} of the ledger. */
    @ManagedOperation(value = "Lets every response say close and idle connections leave", impact = "ACTION")
    public void beginDrain(@Name("spread") long spread) {
        CompletableFuture<Void> watchedByTheLedger = drain(spread);
        LOG.info("Drain of {} begun, idle connections leave within {} ms: {}", this, spread, watchedByTheLedger);
    }

    /** Ends a drain: connections are kept again. Those that were told to leave still do. */
    @ManagedOperation(value = "Ends a drain", impact = "ACTION")
    public void resume() {
        connectors.resume();
    }

    /** Whether a drain is under way, on one connector at least: asked for here, or part of a graceful stop. */
    @ManagedAttribute("Whether connections are being drained")
    public boolean isDraining() {
        return connectors.isDraining();
    }

    @Override
    boolean isInUse() {
        return isRunning() || connectors.isAny();
    }

    @Override
    void apply(KeepAlivePolicy policy) {
        connectors.setPolicy(policy);
    }

    /** The policy that the settings make: it is in force if the factory runs, or else would be if it started now. */
    public KeepAlivePolicy getPolicy() {
        return toPolicy();
    }

    /** Who is open, and what became of the others. */
    public ConnectionLedger getLedger() {
        return ledger;
    }

    /** The names of the connectors that this factory serves, or else their addresses, separated by commas; empty if there is none. */
    String connectorNames() {
        return connectors.names();
    }

    /** Connections that are half closed and wait for the peer's FIN. */
    @ManagedAttribute("Connections that are half closed and wait for the peer's FIN")
    public int getLingering() {
        return connectors.lingering();
    }
}
