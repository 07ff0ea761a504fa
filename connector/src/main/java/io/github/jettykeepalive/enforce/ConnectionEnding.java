package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import io.github.jettykeepalive.policy.LingerPolicy;
import io.github.jettykeepalive.policy.Phase;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ExceptionUtil;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ends: our FIN, then the peer's, with everything read that comes between (RFC 9112 section 9.6); or a
 * reset, where a clean end would be a lie.
 */
final class ConnectionEnding {
    /** Jetty's thread for this connection, which may tell the application that it is over. */
    private static final Executor HERE = Runnable::run;

    private final ManagedConnection connection;

    ConnectionEnding(ManagedConnection connection) {
        this.connection = connection;
    }

    /** Sends our FIN, unless the peer is to be given the time to close first. */
    void halfClose() {
        if (!isParting()) {
            connection.endPoint.shutdownOutput();
        }
    }

    /** Whether the peer knows that this is the end, needs no FIN to find it, and is granted the first one. */
    private boolean isParting() {
        return connection.tenure.closeReason() != null
                && connection.tenure.isSelfDelimited()
                && !policy().clientClosesFirst().isZero()
                && !connection.manager.isShuttingDown()
                && !connection.endPoint.isInputShutdown();
    }

    /** Jetty would now wait for the peer's FIN; we do that better. */
    void waitForPeer(Callback callback) {
        if (policy().linger().enabled()) {
            // All that the client asked was read and answered: it has no more to say, and will be gone in a moment.
            linger(null, false, HERE);
        } else {
            connection.endPoint.fillInterested(callback);
        }
    }

    /** From here on the connection is ours alone: what comes is discarded until the peer's FIN, or until it takes too long. */
    void linger(@Nullable Throwable cause) {
        linger(cause, true, HERE);
    }

    /** As {@link #linger}, on a thread that must not wait for an application: the sweep's, the selector's, another connection's. */
    void lingerElsewhere() {
        linger(null, true, connection.manager.executor());
    }

    private void linger(@Nullable Throwable cause, boolean atOnce, Executor forListeners) {
        long seen = connection.state();
        if (ConnectionState.phase(seen) != Phase.CLOSING) {
            return;
        }
        EndPoint endPoint = connection.endPoint;
        LingerPolicy linger = policy().linger();
        if (!linger.enabled() || endPoint.isInputShutdown() || !endPoint.isOpen()) {
            connection.finish(CloseReason.PEER_GONE, cause);
            return;
        }
        boolean parting = isParting();
        if (!parting) {
            endPoint.shutdownOutput();
        }
        long now = connection.manager.now();
        long deadline = parting
                ? now + policy().clientClosesFirst().toMillis()
                : connection.manager.lingerDeadline(connection, linger, now, now);
        Phase phase = parting ? Phase.PARTING : Phase.LINGERING;
        LingeringConnection lingering = new LingeringConnection(connection, linger, now, atOnce || parting);
        if (connection.cas(seen, ConnectionState.move(seen, phase, ConnectionState.reason(seen), deadline))) {
            takeOver(endPoint, lingering, cause, forListeners);
            // Only now may others end it: whoever closes the end point finds the connection that it belongs to.
            connection.manager.lingering().entered(connection);
            lingering.onOpen();
        }
    }

    /**
     * What {@code EndPoint.upgrade} does, but for asking Jetty's connection for the bytes it has left: it answers some requests
     * on another thread than the one that reads, and that one may be giving the buffer back, to be another connection's.
     *
     * <p>A response that did not wait for the request's content, such as one to an idle timeout, leaves that wait behind.
     */
    private void takeOver(
            EndPoint endPoint, LingeringConnection lingering, @Nullable Throwable cause, Executor forListeners) {
        endPoint.setConnection(lingering);
        // Over TLS Jetty closes the socket below first, and that is all that whoever waits hears of.
        connection.gate.close(endPoint.isSecure() ? null : cause);
        if (endPoint.isOpen()) {
            tell(lingering, forListeners);
        }
    }

    private static void tell(LingeringConnection lingering, Executor forListeners) {
        try {
            forListeners.execute(lingering::closeFormer);
        } catch (RejectedExecutionException stopping) {
            lingering.closeFormer();
        }
    }

    /** The peer had its time to close first; now we do. */
    void stopParting(long seen, long now) {
        long deadline = connection.manager.lingerDeadline(connection, policy().linger(), now, now);
        CloseReason reason = ConnectionState.reason(seen);
        if (connection.cas(seen, ConnectionState.move(seen, Phase.LINGERING, reason, deadline))) {
            connection.endPoint.shutdownOutput();
        }
    }

    /** The peer had its time to close; the socket goes now. */
    void stopLingering(long seen, long now) {
        LingeringConnection lingering =
                connection.endPoint.getConnection() instanceof LingeringConnection last ? last : null;
        if (lingering != null && lingering.isStillReceiving(now)) {
            return;
        }
        if (connection.closedFrom(seen, CloseReason.LINGER_EXPIRED)) {
            if (lingering != null) {
                lingering.stop();
            } else {
                connection.endPoint.close();
            }
        }
    }

    /** Answers without a request, then closes as after any response. */
    void answer(Refusal refusal) {
        EndPoint endPoint = connection.endPoint;
        endPoint.write(
                Callback.from(
                        () -> {
                            endPoint.shutdownOutput();
                            lingerElsewhere();
                        },
                        cause -> connection.finish(CloseReason.PEER_GONE, cause)),
                refusal.bytes(connection.editing().isHttp10()));
    }

    /**
     * A response fails before its end. If only the close could have marked the end, a FIN would make the part look like
     * the whole, so the peer gets a reset instead.
     */
    void abort(@Nullable Throwable cause) {
        // An end point that is closed already was closed from below, by what it met when it wrote.
        boolean gone = connection.intake.isPeerGone()
                || !connection.endPoint.isOpen()
                || (cause != null && ExceptionUtil.hasAssociated(cause, EofException.class));
        boolean looksComplete = connection.tenure.isCommitted() && !connection.tenure.isSelfDelimited();
        connection.closed(connection.serversReason(gone ? CloseReason.PEER_GONE : CloseReason.ABORT));
        if (looksComplete && policy().abortWithReset()) {
            resetOnClose(connection.endPoint, cause);
        }
        connection.endPoint.close(cause);
    }

    /** Makes room for others: what has arrived is read once more, and the socket goes. */
    void giveWay() {
        if (connection.endPoint.getConnection() instanceof LingeringConnection lingering) {
            connection.closed(CloseReason.LINGER_EXPIRED);
            lingering.stop();
        } else {
            connection.finish(CloseReason.LINGER_EXPIRED, null);
        }
    }

    /** Makes room: the peer has been lingered on for longest. */
    void reset() {
        connection.closed(CloseReason.LINGER_EXPIRED);
        resetOnClose(connection.endPoint, null);
        connection.endPoint.close();
    }

    /** Closes the socket under all layers, TLS included: a {@code close_notify} too would say that all is well. */
    private static void resetOnClose(EndPoint endPoint, @Nullable Throwable cause) {
        EndPoint lowest = Layers.lowest(endPoint);
        if (lowest.getTransport() instanceof SocketChannel channel) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException alreadyClosed) {
                return;
            }
        }
        lowest.close(cause);
    }

    private KeepAlivePolicy policy() {
        return connection.manager.rules().policy;
    }
}
