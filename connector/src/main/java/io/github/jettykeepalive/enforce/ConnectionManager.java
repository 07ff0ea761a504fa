package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ProxyConnectionFactory.ProxyEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/** What all connections of one factory share: the policy in force, the clock and its sweep, the ledger. Thread-safe. */
public final class ConnectionManager {
    private final LongSupplier nanoTime;
    private final long started;
    private final DeadlineSweep sweep;
    private final ConnectionLedger ledger = new ConnectionLedger();
    private final Lingering lingering = new Lingering(this);
    private volatile Rules rules;

    /**
     * A manager without connections.
     *
     * @param policy in force until {@link #setPolicy}
     * @param scheduler runs the sweep
     * @param nanoTime the clock, as {@link System#nanoTime}
     */
    public ConnectionManager(KeepAlivePolicy policy, Scheduler scheduler, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        started = nanoTime.getAsLong();
        rules = new Rules(policy);
        sweep = new DeadlineSweep(scheduler, this::now, () -> rules.horizon);
    }

    /**
     * Takes a new connection on.
     *
     * @return the end point to give to Jetty's HTTP connection
     */
    public EndPoint manage(Connector connector, EndPoint endPoint) {
        ManagedConnection connection = new ManagedConnection(this, connector, endPoint);
        ledger.opened(connection);
        sweep.refile(connection);
        return endPoint instanceof ProxyEndPoint proxied
                ? new ManagedProxyEndPoint(proxied, connection)
                : new ManagedEndPoint(endPoint, connection);
    }

    /** Hears of the end of every connection it is attached to. */
    public static void attach(AbstractConnection connection) {
        connection.addEventListener(ManagedConnection.END_LISTENER);
    }

    /** Applies to what is decided from now on; deadlines that are set stay as they are. */
    public void setPolicy(KeepAlivePolicy policy) {
        rules = new Rules(policy);
    }

    /** The policy in force. */
    public KeepAlivePolicy getPolicy() {
        return rules.policy;
    }

    /** Who is open, and what became of the others. */
    public ConnectionLedger getLedger() {
        return ledger;
    }

    /** Connections that are half closed and wait for the peer's FIN. */
    public int getLingering() {
        return lingering.count();
    }

    /** Ends the sweep; connections that are still open are Jetty's to close. */
    public void stop() {
        sweep.stop();
    }

    Rules rules() {
        return rules;
    }

    ConnectionLedger ledger() {
        return ledger;
    }

    Lingering lingering() {
        return lingering;
    }

    DeadlineSweep sweep() {
        return sweep;
    }

    /** Milliseconds since the manager was made. */
    long now() {
        return (nanoTime.getAsLong() - started) / 1_000_000;
    }

    boolean isDraining() {
        return false;
    }

    void closed(ManagedConnection connection, CloseReason reason, boolean lingered) {
        if (lingered) {
            lingering.left();
        }
        ledger.closed(connection, reason);
        sweep.refile(connection);
    }
}
