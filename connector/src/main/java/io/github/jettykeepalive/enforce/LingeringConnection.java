package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.LingerPolicy;
import io.github.jettykeepalive.policy.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Takes a connection over once nothing more is served on it: reads and discards until the peer's FIN.
 *
 * <p>It never blocks and needs no thread of its own: the selector's thread does the reading, a bounded amount at a time.
 * While it waits it holds no buffer, and Jetty's HTTP connection with all that belongs to it is gone. The
 * {@link DeadlineSweep} ends it when time is up; the byte bound it minds itself.
 */
final class LingeringConnection extends AbstractConnection implements Departures.Departing {
    /**
     * Nobody ever reads what is in here, so all connections on all threads may write to it at once. Large enough that a fast
     * sender costs few system calls, and for a whole TLS record.
     */
    private static final ByteBuffer NOWHERE = ByteBuffer.allocateDirect(64 * 1024);

    /** How much is read before others have their turn on the selector's thread. */
    private static final int READS_PER_TURN = 16;

    private final ManagedConnection connection;
    private final LingerPolicy policy;
    private final long startedAt;

    /** Whether to read as soon as there is something to read, rather than when others are looked at, too. */
    private final boolean atOnce;

    private final long bytesIn;
    private final long bytesOut;
    private final Callback readable = new OnReadable();

    /** The socket, if no layer is between it and us: an end that is read here does not yet close the end point. */
    private final @Nullable SocketChannel socket;

    private final AtomicLong discarded = new AtomicLong();

    /** Whether there was more to read when we last stopped, so that no FIN can be met before it is read. */
    private volatile boolean more;

    /** Jetty's connection until its listeners have been told that it is over. */
    private final AtomicReference<@Nullable Connection> former;

    LingeringConnection(ManagedConnection connection, LingerPolicy policy, long now, boolean atOnce) {
        super(connection.endPoint, connection.connector.getExecutor());
        this.connection = connection;
        this.policy = policy;
        this.startedAt = now;
        this.atOnce = atOnce;
        // A subclass may want to see what is read.
        socket = connection.endPoint.getClass() == SocketChannelEndPoint.class
                ? (SocketChannel) connection.endPoint.getTransport()
                : null;
        Connection before = connection.endPoint.getConnection();
        former = new AtomicReference<>(before);
        bytesIn = before == null ? 0 : before.getBytesIn();
        bytesOut = before == null ? 0 : before.getBytesOut();
    }

    @Override
    public void onOpen() {
        super.onOpen();
        if (atOnce || !departs()) {
            await();
        }
    }

    private boolean departs() {
        return connection.manager.departures().add(this, connection.connector);
    }

    private void await() {
        if (!getEndPoint().tryFillInterested(readable)) {
            // A wait of Jetty's was on its way when the connection was taken. It has failed already, and its place is
            // ours.
            connection.gate.interrupt();
            getEndPoint().fillInterested(readable);
        }
    }

    /** Waits for more, or until all that linger together may discard some more. */
    private void goOn() {
        if (connection.manager.budget().isSpent()) {
            connection.manager.pauses().add(this);
        } else {
            await();
        }
    }

    @Override
    public void onFillable() {
        if (!isOver()) {
            goOn();
        } else if (!departs()) {
            getEndPoint().close();
        }
    }

    /** Closes the socket if the peer is done with it or our time is up; else waits for that. */
    @Override
    public boolean isGone() {
        return connection.phase() == Phase.CLOSED;
    }

    @Override
    public void look() {
        if (connection.phase() == Phase.CLOSED || isOver()) {
            getEndPoint().close();
        } else {
            goOn();
        }
    }

    /** Reads what is there; true, and the end is in the books, if that was all. */
    private boolean isOver() {
        CloseReason how = CloseReason.PEER_GONE;
        try {
            if ((more && connection.manager.budget().isSpent()) || discard(READS_PER_TURN)) {
                return false;
            }
            if (policy.exceeds(discarded.get())) {
                how = CloseReason.LINGER_EXPIRED;
            }
        } catch (IOException gone) {
            // As good as its FIN.
        }
        connection.closed(how);
        return true;
    }

    /** Reads what is there, as fast as all that linger may; false at the peer's FIN or when it has sent too much. */
    private boolean discard(int reads) throws IOException {
        ByteBuffer bytes = NOWHERE.duplicate();
        for (int i = 0; i < reads && (i == 0 || !connection.manager.budget().isSpent()); i++) {
            int filled = read(bytes.clear());
            if (filled <= 0) {
                more = false;
                return filled == 0;
            }
            if (policy.exceeds(count(filled))) {
                return false;
            }
        }
        more = true;
        return true;
    }

    private int read(ByteBuffer bytes) throws IOException {
        if (socket == null) {
            return getEndPoint().fill(bytes.limit(0));
        }
        int read = socket.read(bytes);
        if (read > 0 && getEndPoint() instanceof AbstractEndPoint endPoint) {
            endPoint.notIdle();
        }
        return read;
    }

    /** The sweep's thread may read beside the selector's. Returns how many bytes there were in all. */
    private long count(int bytes) {
        connection.manager.ledger().discarded(bytes);
        // As it is set now: what was granted at the beginning is for this connection, this is for all.
        connection
                .manager
                .budget()
                .spend(bytes, connection.manager.rules().policy.linger().maxRate());
        long seen = connection.state();
        if (ConnectionState.phase(seen) == Phase.LINGERING) {
            connection.cas(seen, ConnectionState.move(seen, Phase.LINGERING, ConnectionState.reason(seen), deadline()));
        }
        return discarded.addAndGet(bytes);
    }

    private long deadline() {
        return connection.manager.lingerDeadline(connection, policy, startedAt, connection.manager.now());
    }

    /** The server is going down: what was set before is too far away. Any thread. */
    void hurry() {
        long seen = connection.state();
        if (ConnectionState.phase(seen) == Phase.PARTING) {
            // The time for the peer to close first is over.
            connection.ending().stopParting(seen, connection.manager.now());
            return;
        }
        while (ConnectionState.phase(seen) == Phase.LINGERING) {
            long sooner = Math.min(ConnectionState.deadline(seen), deadline());
            if (connection.cas(
                    seen, ConnectionState.move(seen, Phase.LINGERING, ConnectionState.reason(seen), sooner))) {
                return;
            }
            seen = connection.state();
        }
    }

    private void end(CloseReason how) {
        connection.closed(how);
        getEndPoint().close();
    }

    /**
     * Whether the peer was not silent after all: its bytes were there, but the selector (or the whole machine) was too busy
     * to come to them. Called when the gap is over; on the sweep's thread, beside which the selector's may read as well.
     */
    boolean isStillReceiving(long now) {
        long before = discarded.get();
        try {
            discard(1);
        } catch (IOException gone) {
            return false;
        }
        long after = discarded.get();
        return after > before && now < connection.manager.lingerEnd(policy, startedAt) && !policy.exceeds(after);
    }

    /** Time is up. What has already arrived is read once more: a socket closed over unread bytes is reset by the kernel. */
    void stop() {
        try {
            discard(READS_PER_TURN);
        } catch (IOException alreadyGone) {
            // Then there is nothing to be gentle with.
        } finally {
            getEndPoint().close();
        }
    }

    /** Bytes read and thrown away so far. */
    long discarded() {
        return discarded.get();
    }

    long lingeredFor(long now) {
        return now - startedAt;
    }

    @Override
    public long getBytesIn() {
        return bytesIn + discarded.get();
    }

    @Override
    public long getBytesOut() {
        return bytesOut;
    }

    /** Our own bounds hold, unless somebody has since asked for shorter ones: low resources, a connector's shutdown. */
    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        return connection.tenure.isTightened(getEndPoint().getIdleTimeout());
    }

    @Override
    public void close() {
        connection.finish(CloseReason.PEER_GONE, null);
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        // The end point was closed while we took it over, and Jetty asked it for its connection after we had.
        closeFormer();
        connection.closed(CloseReason.PEER_GONE);
        super.onClose(cause);
    }

    /**
     * Tells the listeners of Jetty's connection, once, that it is over. Either the end point is still open after we are its
     * connection, and this is for us to do; or it has been closed meanwhile, and whoever does that tells the connection that it
     * finds there: Jetty's, or us.
     */
    void closeFormer() {
        Connection before = former.getAndSet(null);
        if (before != null) {
            before.onClose(null);
        }
    }

    @Override
    public String toConnectionString() {
        return "%s@%x{discarded=%d}".formatted(getClass().getSimpleName(), hashCode(), discarded.get());
    }

    /** Non-blocking, so that no thread is handed over to. */
    final class OnReadable implements Callback {
        @Override
        public void succeeded() {
            onFillable();
        }

        @Override
        public void failed(Throwable cause) {
            if (cause instanceof ReadGate.Claim) {
                // Meant for a wait that was over before we took the connection.
                await();
            } else {
                end(cause instanceof TimeoutException ? CloseReason.LINGER_EXPIRED : CloseReason.PEER_GONE);
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
