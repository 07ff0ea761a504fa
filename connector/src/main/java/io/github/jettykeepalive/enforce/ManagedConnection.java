package io.github.jettykeepalive.enforce;

import static io.github.jettykeepalive.policy.ConnectionState.NO_DEADLINE;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.ProxyConnectionFactory.ProxyEndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The life of one connection: what each call of Jetty's HTTP connection means in the phase it comes in.
 *
 * <p>Jetty's calls come one after the other, though from changing threads; the sweep, a drain and the end of the socket
 * come at any time. ARCHITECTURE.md lists the pairs that race.
 */
final class ManagedConnection extends StateCell {
    /** Added to every connection on one of our end points: the only place that hears of every end, whoever caused it. */
    static final Connection.Listener END_LISTENER = new Connection.Listener() {
        @Override
        public void onClosed(Connection connection) {
            ManagedConnection managed = Managed.of(connection.getEndPoint());
            if (managed != null) {
                managed.onClosed();
            }
        }
    };

    /** How long the end that we make of a wait may take, in milliseconds: a peer that is late has this long to read why. */
    private static final long LAST_RESORT = 5000;

    final ConnectionManager manager;
    final Connector connector;
    final EndPoint endPoint;
    final HttpConfiguration configuration;

    /** The connection whose socket this one was given by an upgrade, over TLS or not; null for nearly all. */
    private final @Nullable ManagedConnection below;

    final Tenure tenure;
    /** Whom the connection is counted for, null while nobody counts. */
    volatile @Nullable ClientNetwork client;

    /** Whether it was to make room; if a request came in between, it is the last. */
    volatile boolean shed;

    /** The place in the list of the {@link IdleShedder}, written under its monitor; null while it is in none. */
    volatile IdleShedder.@Nullable Candidate candidate;

    final ReadGate gate = new ReadGate(this);
    final Intake intake = new Intake(this);
    final RequestHead head = new RequestHead();
    private @Nullable HeaderEditing editing;

    /** Whether a request is with the application: it may read on after the last byte of its response. */
    private volatile boolean exchanging;

    /** Whether our FIN waits for the end of the exchange. */
    private volatile boolean halfCloseOwed;

    /** When the latest wait for a request began, in milliseconds on the manager's clock; published by the move that follows. */
    private long idleSince;

    ManagedConnection(
            ConnectionManager manager, Connector connector, EndPoint endPoint, HttpConfiguration configuration) {
        super(manager.sweep());
        this.configuration = configuration;
        this.manager = manager;
        this.connector = connector;
        this.endPoint = endPoint;
        idleSince = manager.now();
        below = Managed.of(Layers.lowest(endPoint));
        // During a request, and so at an upgrade, the idle timeout may be another than the connector's.
        long idleTimeout = below == null ? endPoint.getIdleTimeout() : below.tenure.connectorIdleTimeout;
        tenure = new Tenure(manager.rules().policy, idleSince, idleTimeout);
    }

    /** Whether another connection of the same connector and factory counts for the socket. */
    boolean sharesSocket() {
        return below != null && below.manager == manager;
    }

    /** The end point to give to Jetty's HTTP connection. */
    EndPoint decorate() {
        return endPoint instanceof ProxyEndPoint proxied
                ? new ManagedProxyEndPoint(proxied, this)
                : new ManagedEndPoint(endPoint, this);
    }

    // --- what Jetty's HTTP connection does with its end point

    int fill(ByteBuffer buffer) throws IOException {
        return phase() == Phase.UPGRADED ? endPoint.fill(buffer) : intake.fill(buffer);
    }

    /** Jetty waits for a request's bytes, or for the peer's FIN. */
    void fillInterested(Callback callback) {
        switch (phase()) {
            case CLOSED -> endPoint.fillInterested(callback);
            case CLOSING -> {
                if (exchanging) {
                    gate.await(callback);
                } else {
                    ending().waitForPeer(callback);
                }
            }
            case PARTING, LINGERING -> callback.failed(new ClosedChannelException());
            case READING -> {
                intake.headerGoesOn();
                gate.await(callback);
            }
            case NEW -> {
                if (intake.looksFirst()) {
                    callback.succeeded();
                } else {
                    gate.await(callback);
                }
            }
            // Another protocol's too: an interrupt that was meant for an earlier wait may still come.
            default -> gate.await(callback);
        }
    }

    /** Jetty waits for a request's content. */
    boolean tryFillInterested(Callback callback) {
        if (phase().isTakenOver()) {
            callback.failed(new ClosedChannelException());
            return true;
        }
        return gate.tryAwait(callback);
    }

    void write(Callback callback, ByteBuffer... buffers) {
        Phase phase = phase();
        if (phase.isTakenOver()) {
            callback.failed(new EofException(new ClosedChannelException()));
            return;
        }
        if (phase != Phase.HANDLING && phase != Phase.UPGRADED) {
            // Jetty's own answer to a malformed request, whose bytes may have come with its predecessor's.
            intake.received();
            phase = phase();
        }
        boolean asItIs = editing == null && (phase == Phase.HANDLING || phase == Phase.UPGRADED);
        endPoint.write(callback, asItIs ? buffers : editing().edit(phase, buffers));
    }

    /** Whether Jetty's connection and the application may still use the end point; once it lingers it is as good as closed. */
    boolean isOpen() {
        return !phase().isTakenOver() && endPoint.isOpen();
    }

    boolean isInputShutdown() {
        return phase().isTakenOver() || endPoint.isInputShutdown();
    }

    boolean isOutputShutdown() {
        return phase().isTakenOver() || endPoint.isOutputShutdown();
    }

    /** Made when first needed: few connections ever do, and all of them would have to keep it. */
    HeaderEditing editing() {
        HeaderEditing made = editing;
        if (made == null) {
            made = new HeaderEditing(this);
            editing = made;
        }
        return made;
    }

    ConnectionEnding ending() {
        return new ConnectionEnding(this);
    }

    /** Jetty half-closes: after a complete response that ends the connection, or because nothing more will come. */
    void shutdownOutput() {
        Phase phase = phase();
        if (phase == Phase.UPGRADED || phase == Phase.CLOSED) {
            endPoint.shutdownOutput();
        } else if (!phase.isEnding()) {
            endOutput(reasonOfHalfClose(phase));
        } else if (endPoint.isInputShutdown()) {
            // The peer's FIN has come since: both directions are done.
            endPoint.shutdownOutput();
        }
    }

    /**
     * A client that sees our FIN stops sending. While the application may still read, as it could if stock Jetty had kept the
     * connection, the response alone says close.
     */
    private void endOutput(CloseReason reason) {
        if (!end(reason)) {
            return;
        }
        halfCloseOwed = exchanging && tenure.isReadOn() && tenure.isSelfDelimited();
        if (!halfCloseOwed || !exchanging) {
            ending().halfClose();
        }
    }

    private CloseReason reasonOfHalfClose(Phase phase) {
        return switch (phase) {
            case HANDLING -> saidReason(CloseReason.APPLICATION);
            case READING, OVERDUE -> intake.isPeerGone() ? CloseReason.PEER_GONE : CloseReason.PROTOCOL_ERROR;
            default -> intake.isPeerGone() ? CloseReason.PEER_GONE : serversReason(CloseReason.IDLE);
        };
    }

    /** Jetty is done with the connection: the answer is out and this is where lingering begins, or it is not. */
    void close(@Nullable Throwable cause) {
        switch (phase()) {
            case CLOSING -> ending().linger(cause);
            case PARTING, LINGERING -> {}
            case UPGRADED, CLOSED -> finish(CloseReason.UPGRADE, cause);
            case HANDLING -> ending().abort(cause);
            default -> {
                boolean gone = intake.isPeerGone() || !endPoint.isOpen();
                finish(serversReason(gone ? CloseReason.PEER_GONE : CloseReason.ABORT), cause);
            }
        }
    }

    /** Another protocol takes over: from here on the decorator only watches for the end. */
    void upgrade(Connection newConnection) {
        if (newConnection instanceof AbandonedConnection) {
            endOutput(saidReason(CloseReason.APPLICATION));
            close(null);
            return;
        }
        leaveHttp();
        newConnection.addEventListener(ManagedConnection.END_LISTENER);
        endPoint.upgrade(newConnection);
    }

    /** Another protocol is spoken from here on, on a connection of its own or within the exchange. */
    void leaveHttp() {
        if (move(Phase.UPGRADED, CloseReason.UPGRADE, NO_DEADLINE)) {
            manager.upgraded(1);
        }
    }

    // --- what happens to requests

    /**
     * A request's header is complete. It may have been read before the application closed the connection or its output, or the socket
     * was closed from below: Jetty hands such a request to the application, whose response then fails, and the phase stays what it is.
     * A connection that we end has no such request: we do it only with Jetty's wait for bytes in our hands, or behind a response that
     * says close, after which Jetty parses nothing; but Jetty 12.0 does, if that response failed.
     *
     * @return false if it is behind the last one and must not be served
     */
    boolean requestStarted() {
        if (!move(Phase.HANDLING, null, NO_DEADLINE) && tenure.closeReason() != null) {
            return false;
        }
        tenure.requestStarted();
        exchanging = true;
        return true;
    }

    /** The application is done with the request, and has been told so or is about to be. */
    void exchangeOver() {
        exchanging = false;
        if (halfCloseOwed) {
            halfCloseOwed = false;
            ending().halfClose();
        }
    }

    boolean isExchanging() {
        return exchanging;
    }

    /**
     * The exchange is complete and the connection is kept.
     *
     * @param hadContent whether the request had content
     */
    void keep(long keepAliveMillis, boolean hadContent) {
        idleSince = manager.now();
        if (intake.hasBegun(hadContent)) {
            move(Phase.READING, null, manager.rules().headerDeadline(idleSince));
            return;
        }
        long deadline = keepAliveMillis >= NO_DEADLINE ? NO_DEADLINE : idleSince + keepAliveMillis;
        if (move(Phase.IDLE, null, deadline)) {
            manager.wentIdle(this);
        }
    }

    /** Bytes came that begin nothing: Jetty's idle timer begins anew for them, but the wait is no longer than it was to be. */
    void boundWait() {
        long seen = state();
        long idle = endPoint.getIdleTimeout();
        if (ConnectionState.phase(seen).isWaiting() && ConnectionState.deadline(seen) == NO_DEADLINE && idle > 0) {
            cas(
                    seen,
                    ConnectionState.move(
                            seen, ConnectionState.phase(seen), ConnectionState.reason(seen), idleSince + idle));
        }
    }

    /**
     * Nothing more is served; the response, if one was owed, is complete. If another protocol was spoken within the exchange, that is
     * over, too, and the connection counts again for who waits until it is closed.
     */
    boolean end(CloseReason reason) {
        boolean upgraded = phase() == Phase.UPGRADED;
        boolean ended = move(Phase.CLOSING, upgraded ? CloseReason.UPGRADE : reason, NO_DEADLINE);
        if (ended && upgraded) {
            manager.upgraded(-1);
        }
        return ended;
    }

    /** As {@link #end}, by an answer of ours, which a peer that does not read, or has not finished its handshake, can only delay. */
    boolean endSoon(CloseReason reason) {
        return move(Phase.CLOSING, reason, manager.now() + LAST_RESORT);
    }

    // --- time

    @Override
    void due(long now) {
        long seen = state();
        if (ConnectionState.deadline(seen) > now) {
            return;
        }
        switch (ConnectionState.phase(seen)) {
            case NEW, IDLE ->
                gate.claim(seen, Objects.requireNonNullElse(ConnectionState.reason(seen), CloseReason.IDLE));
            case READING -> gate.claim(seen, CloseReason.HEADER_TIMEOUT);
            case CLAIMED, OVERDUE -> gate.insist(seen, now);
            // What was to follow has not: the socket goes, whatever the peer still sends.
            case CLOSING -> finish(CloseReason.ABORT, null);
            case PARTING -> ending().stopParting(seen, now);
            case LINGERING -> ending().stopLingering(seen, now);
            default -> {}
        }
    }

    /** A socket that was closed before Jetty had opened a connection on it is reported by nobody. */
    @Override
    void visited() {
        if (!endPoint.isOpen()) {
            onClosed();
        }
    }

    // --- the end

    /** Closes the socket without further ado. */
    void finish(CloseReason reason, @Nullable Throwable cause) {
        try {
            closed(reason);
        } finally {
            endPoint.close(cause);
        }
    }

    /** The socket is closed, or is being closed right now; counted once. */
    void closed(CloseReason reason) {
        long seen = state();
        while (ConnectionState.phase(seen) != Phase.CLOSED && !closedFrom(seen, reason)) {
            seen = state();
        }
    }

    /** As {@link #closed}, but only if the connection has not moved since. */
    boolean closedFrom(long seen, CloseReason reason) {
        CloseReason decided = ConnectionState.reason(seen);
        // Lingering that ran out of its bounds is news; otherwise the reason that began the end stays.
        CloseReason last = decided == null || reason == CloseReason.LINGER_EXPIRED ? reason : decided;
        if (!cas(seen, ConnectionState.of(Phase.CLOSED, last, NO_DEADLINE))) {
            return false;
        }
        manager.closed(this, last, ConnectionState.phase(seen));
        if (below != null) {
            // It was upgraded to this one, and Jetty tells only the connection whose end point is the uppermost.
            below.onClosed();
        }
        return true;
    }

    /** The end point told Jetty's connection that it is closed; whatever closed it, this is the last word. */
    void onClosed() {
        if (!phase().isEnding() && phase() != Phase.UPGRADED) {
            // It was closed from below, where only the peer and a stop of the server are at work.
            closed(serversReason(CloseReason.PEER_GONE));
        } else if (!endPoint.isOpen()) {
            closed(CloseReason.PEER_GONE);
        }
    }

    /** Why the connection ends behind a response: as the response said, and if it did not, {@link #serversReason}. */
    CloseReason saidReason(CloseReason otherwise) {
        CloseReason said = tenure.closeReason();
        return said == null ? serversReason(otherwise) : said;
    }

    /** An end that was not agreed on: if the server is going down, that is why, whatever it looked like from here. */
    CloseReason serversReason(CloseReason otherwise) {
        boolean peer = otherwise == CloseReason.PEER_GONE && connector.isRunning();
        boolean goingDown = manager.isDraining() || connector.isShutdown() || !connector.isRunning();
        return goingDown && !peer ? CloseReason.DRAIN : otherwise;
    }

    /** When the latest wait for a request began. Jetty's own idle time begins anew whenever its timer goes off. */
    long idleSince() {
        return idleSince;
    }

    @Override
    public String toString() {
        return "%s{%s,%s}->%s"
                .formatted(getClass().getSimpleName(), ConnectionState.toString(state()), tenure, endPoint);
    }
}
