package io.github.jettykeepalive;

import io.github.jettykeepalive.enforce.CommitCustomizer;
import io.github.jettykeepalive.enforce.ConnectionLedger;
import io.github.jettykeepalive.enforce.ConnectionManager;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.util.annotation.ManagedAttribute;
import org.eclipse.jetty.util.annotation.ManagedObject;
import org.eclipse.jetty.util.annotation.ManagedOperation;
import org.eclipse.jetty.util.annotation.Name;
import org.eclipse.jetty.util.component.Graceful;
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
public class KeepAliveConnectionFactory extends AbstractKeepAliveConnectionFactory implements Graceful {
    /** What {@code AbstractConnector.shutdownIdleTimeout} grants idle connections by default. */
    private static final long SHUTDOWN_SPREAD = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(KeepAliveConnectionFactory.class);

    private final ConnectionLedger ledger = new ConnectionLedger();
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
        installBean(ledger);
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
        manager = new ConnectionManager(policy, ledger, scheduler, System::nanoTime);
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
        return manager().manage(connector, endPoint, managed -> super.newConnection(connector, managed));
    }

    @Override
    protected <T extends AbstractConnection> T configure(T connection, Connector connector, EndPoint endPoint) {
        ConnectionManager.listen(connection, connector.getEventListeners(), getEventListeners());
        connection.setInputBufferSize(getInputBufferSize());
        return connection;
    }

    /**
     * Empties the server without a client noticing: from now every response says close, and idle connections leave at random
     * times within the window, later than a second after their last response. New connections are still accepted; each is
     * served once.
     *
     * @param spread milliseconds, at least 0; 0 = idle connections leave at once
     * @return completes when no connection is left; those upgraded to another protocol do not count
     */
    public CompletableFuture<Void> drain(long spread) {
        return manager().drain(spread);
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
        manager().resume();
    }

    /** Part of a graceful stop of the server: a drain whose idle connections leave within a second, as Jetty's own do. */
    @Override
    public CompletableFuture<Void> shutdown() {
        // A server that failed to start is stopped too.
        return manager == null ? CompletableFuture.completedFuture(null) : manager.drain(SHUTDOWN_SPREAD);
    }

    @Override
    @ManagedAttribute("Whether the connections are being drained")
    public boolean isShutdown() {
        return manager != null && manager.isDraining();
    }

    @Override
    synchronized void apply(Runnable undo) {
        if (manager == null || !isStarted()) {
            return;
        }
        try {
            manager.setPolicy(toPolicy());
        } catch (IllegalArgumentException e) {
            undo.run();
            throw e;
        }
    }

    /** The policy in force. */
    public KeepAlivePolicy getPolicy() {
        return manager == null ? toPolicy() : manager.getPolicy();
    }

    /** Who is open, and what became of the others. */
    public ConnectionLedger getLedger() {
        return ledger;
    }

    /** Connections that are half closed and wait for the peer's FIN. */
    @ManagedAttribute("Connections that are half closed and wait for the peer's FIN")
    public int getLingering() {
        return manager == null ? 0 : manager.getLingering();
    }

    private ConnectionManager manager() {
        return Objects.requireNonNull(manager, "not started");
    }
}
