package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import io.github.jettykeepalive.policy.LingerPolicy;
import io.github.jettykeepalive.policy.Phase;
import java.util.EventListener;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connections of one connector share: the policy in force, the clock and its sweep, the limits, a drain. It is made when
 * the connector first accepts, and stopped with it; the {@link ConnectionLedger} may be that of several. Thread-safe.
 */
public final class ConnectionManager {
    /** What {@code AbstractConnector.shutdownIdleTimeout} grants idle connections by default. */
    private static final long SHUTDOWN_SPREAD = 1000;

    /** How long a connection may linger, in milliseconds, once the server is going down: long enough to read an answer. */
    private static final long SHUTDOWN_LINGER = 1000;

    /** Of a limit on connections, one in so many places is for those that linger when it is reached. */
    static final int LINGERING_SHARE = 8;

    /** When one in so many places of {@code maxConnections} is free again, nobody looks for idle connections any more. */
    private static final int ROOM = 10;

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionManager.class);

    private final LongSupplier nanoTime;
    private final long started;
    private final DeadlineSweep sweep;
    private final Departures departures;
    private final Departures pauses;
    private final LingerBudget budget;
    private final ConnectionLedger ledger;
    private final OpenConnections open = new OpenConnections();
    private final Executor executor;
    private final Lingering lingering = new Lingering(this);
    private final Drain drain = new Drain(this);
    private final IdleShedder shedder = new IdleShedder(this::now);
    private final LimitNotice notice = new LimitNotice("maxConnections", this::now);
    private final ClientConnections clients = new ClientConnections(this);
    private volatile Rules rules;
    private volatile long shutdownAt = ConnectionState.NO_DEADLINE;
    private volatile boolean stopped;

    /**
     * A manager without connections.
     *
     * @param policy in force until {@link #setPolicy}
     * @param ledger keeps the books
     * @param scheduler runs the sweep
     * @param executor runs what others have hung on the end of a drain
     * @param nanoTime the clock, as {@link System#nanoTime}
     */
    public ConnectionManager(
            KeepAlivePolicy policy,
            ConnectionLedger ledger,
            Scheduler scheduler,
            Executor executor,
            LongSupplier nanoTime) {
        this.ledger = ledger;
        this.executor = executor;
        this.nanoTime = nanoTime;
        started = nanoTime.getAsLong();
        rules = new Rules(policy);
        clients.exempt(policy.clientLimit());
        sweep = new DeadlineSweep(scheduler, this::now);
        departures = new Departures(sweep, Departures.MOST, () -> false);
        budget = new LingerBudget(nanoTime);
        pauses = new Departures(sweep, Integer.MAX_VALUE, budget::isSpent);
        ledger.add(open);
    }

    /** What only Jetty can judge of a policy; an {@link IllegalArgumentException} names the value that is out of range. */
    public static void check(KeepAlivePolicy policy) {
        ClientConnections.networks(policy.clientLimit());
    }

    /** Loads what connections need: best done while there are file descriptors to load it by. */
    public static void prepare() {
        Preload.run();
    }

    /**
     * Takes a new connection on.
     *
     * @param configuration of that connection
     * @param http makes Jetty's HTTP connection on the end point it is given
     * @param configured does to a connection of ours what Jetty does to its own: all who listen hear of it
     * @return Jetty's connection, or one that answers 503 if the client has too many
     */
    public Connection manage(
            Connector connector,
            EndPoint endPoint,
            HttpConfiguration configuration,
            Function<EndPoint, Connection> http,
            UnaryOperator<AbstractConnection> configured) {
        // An application may have changed the customizers, and the factory may never have been started.
        CommitCustomizer.install(configuration);
        ManagedConnection connection = new ManagedConnection(this, connector, endPoint, configuration);
        open.add(connection);
        ledger.opened();
        try {
            if (!clients.admit(connection)) {
                return configured.apply(new RefusingConnection(connection));
            }
            makeRoom(connector);
            sweep.refile(connection);
            drain.greet(connection);
            shedder.wentIdle(connection);
            Connection jettys = http.apply(connection.decorate());
            // What it is upgraded from (PROXY, TLS or not, CONNECT) may have read the beginning of a request.
            return endPoint.getConnection() instanceof Connection.UpgradeFrom
                    ? new SuccessorConnection(connection, jettys)
                    : jettys;
        } catch (Throwable e) {
            // There will be no connection whose end we could hear of.
            connection.closed(CloseReason.ABORT);
            throw e;
        }
    }

    private void makeRoom(Connector connector) {
        int most = rules.policy.maxConnections();
        int count = open.size();
        notice.update(count, most);
        if (most > 0 && count > most) {
            int gone = lingering.giveWay(count - most, most / LINGERING_SHARE);
            shedder.shed(open, count - most - gone);
        } else if (most == 0 || count <= most - most / ROOM) {
            shedder.rest();
        }
        lingering.giveWayTo(connector);
    }

    /**
     * From now every response says close, and idle connections leave at random times within the window.
     *
     * @param spread milliseconds, 0 to 2147483647; 0 = idle connections leave at once
     * @return completes when no connection is left; upgraded ones do not count
     */
    public CompletableFuture<Void> drain(long spread) {
        checkSpread(spread);
        return drain.begin(spread);
    }

    /** An {@link IllegalArgumentException} says what a spread may be. */
    public static void checkSpread(long spread) {
        if (spread < 0 || spread > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("spread: " + spread + " ms (expected: 0 ms to 2147483647 ms)");
        }
    }

    /**
     * Part of a graceful stop: a drain whose idle connections leave within a second, as Jetty's own do, and during which none lingers
     * for longer than that. A client that goes on sending would hold the stop for all of its timeout.
     */
    public CompletableFuture<Void> shutdown() {
        shutdownAt = now();
        lingering.hurry();
        return drain(SHUTDOWN_SPREAD);
    }

    /** Whether the server is going down, and nobody is waited for without need. */
    boolean isShuttingDown() {
        return shutdownAt != ConnectionState.NO_DEADLINE;
    }

    /** When a connection that lingers since then has to end, however much it is sent. */
    long lingerEnd(LingerPolicy policy, long startedAt) {
        long usual = startedAt + policy.timeout().toMillis();
        long stop = shutdownAt;
        return stop == ConnectionState.NO_DEADLINE
                ? usual
                : Math.min(usual, Math.max(startedAt, stop) + SHUTDOWN_LINGER);
    }

    /** When a connection that lingers since then ends if nothing more arrives. */
    long lingerDeadline(ManagedConnection connection, LingerPolicy policy, long startedAt, long now) {
        // A default gives way to a connector's idle timeout that was made short to be rid of clients that never close.
        long gap = policy.deadline(startedAt, now, connection.tenure.connectorIdleTimeout);
        return Math.min(gap, lingerEnd(policy, startedAt));
    }

    /** Ends a drain that has not been completed; connections that were told to leave still do. */
    public void resume() {
        drain.cancel();
    }

    /** Tells the listeners of a connector and its factory, and ourselves, of one of Jetty's HTTP connections. */
    public static void listen(AbstractConnection connection, List<EventListener> connectors, List<EventListener> own) {
        connectors.forEach(listener -> connection.addEventListener(RevealedConnection.adapt(listener)));
        own.forEach(listener -> connection.addEventListener(RevealedConnection.adapt(listener)));
        connection.addEventListener(ManagedConnection.END_LISTENER);
    }

    /** Applies to what is decided from now on; deadlines that are set stay as they are. */
    public void setPolicy(KeepAlivePolicy policy) {
        clients.exempt(policy.clientLimit());
        rules = new Rules(policy);
        clients.recount(open);
        lingering.keep(policy.linger().maxLingering());
    }

    /** The policy in force. */
    public KeepAlivePolicy getPolicy() {
        return rules.policy;
    }

    /** Connections whose socket is open. */
    public int getOpen() {
        return open.size();
    }

    /** Connections that are half closed and wait for the peer's FIN. */
    public int getLingering() {
        return lingering.count();
    }

    /** Ends the sweep, when the connector has stopped: connections that are still open are Jetty's to close. */
    public void stop() {
        sweep.stop();
        departures.lookAtAll();
        pauses.lookAtAll();
        open.forEach(ManagedConnection::visited);
        stopped = true;
        forgetIfEmpty();
    }

    private void forgetIfEmpty() {
        if (stopped && open.size() == 0) {
            ledger.remove(open);
        }
    }

    OpenConnections open() {
        return open;
    }

    Executor executor() {
        return executor;
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

    Departures departures() {
        return departures;
    }

    /** Those that linger and have discarded enough for now. */
    Departures pauses() {
        return pauses;
    }

    LingerBudget budget() {
        return budget;
    }

    IdleShedder shedder() {
        return shedder;
    }

    DeadlineSweep sweep() {
        return sweep;
    }

    /** Milliseconds since the manager was made. */
    long now() {
        return (nanoTime.getAsLong() - started) / 1_000_000;
    }

    /** Whether a drain is under way. */
    public boolean isDraining() {
        return drain.isUnderWay();
    }

    /** A connection waits for its next request. */
    void wentIdle(ManagedConnection connection) {
        if (drain.isUnderWay()) {
            // The response was on its way before the drain began.
            drain.tell(connection);
        }
        shedder.wentIdle(connection);
    }

    /** So many more connections are another protocol's now, or fewer. */
    void upgraded(int more) {
        open.upgraded(more);
        drain.check();
    }

    void closed(ManagedConnection connection, CloseReason reason, Phase from) {
        if (from == Phase.UPGRADED) {
            open.upgraded(-1);
        }
        if (from.isTakenOver()) {
            lingering.left(connection);
            if (reason != CloseReason.LINGER_EXPIRED
                    && connection.endPoint.getConnection() instanceof LingeringConnection last
                    && last.discarded() > 0) {
                ledger.resetAvoided();
            }
        }
        clients.leave(connection);
        shedder.closed(connection);
        // The books come last: whoever sees it there finds it in the recording and in the log.
        report(connection, reason);
        if (open.remove(connection)) {
            ledger.closed(connection, reason);
        }
        sweep.refile(connection);
        drain.check();
        forgetIfEmpty();
    }

    /** Whatever becomes of the report, the connection has ended. */
    private static void report(ManagedConnection connection, CloseReason reason) {
        try {
            ConnectionEndEvent.emit(connection, reason);
            LOG.debug("{} ended: {}", connection, reason);
        } catch (Throwable e) {
            LOG.warn("Could not report the end of {}", connection, e);
        }
    }
}
