package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.LingerPolicy;
import io.github.jettykeepalive.policy.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeoutException;
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
final class LingeringConnection extends AbstractConnection {
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
    private final long bytesIn;
    private final long bytesOut;
    private final Callback readable = new OnReadable();

    /** The socket, if no layer is between it and us: an end that is read here does not yet close the end point. */
    private final @Nullable SocketChannel socket;

    private volatile long discarded;

    LingeringConnection(ManagedConnection connection, LingerPolicy policy, long now) {
        super(connection.endPoint, connection.connector.getExecutor());
        this.connection = connection;
        this.policy = policy;
        this.startedAt = now;
        socket = connection.endPoint instanceof SocketChannelEndPoint plain
                ? (SocketChannel) plain.getTransport()
                : null;
        Connection before = connection.endPoint.getConnection();
        bytesIn = before == null ? 0 : before.getBytesIn();
        bytesOut = before == null ? 0 : before.getBytesOut();
    }

    @Override
    public void onOpen() {
        super.onOpen();
        getEndPoint().fillInterested(readable);
    }

    @Override
    public void onFillable() {
        try {
            if (discard(READS_PER_TURN)) {
                getEndPoint().fillInterested(readable);
            } else if (policy.exceeds(discarded)) {
                end(CloseReason.LINGER_EXPIRED);
            } else {
                connection.closed(CloseReason.PEER_GONE);
                connection.manager.closer().close(getEndPoint(), connection.connector);
            }
        } catch (IOException e) {
            end(CloseReason.PEER_GONE);
        }
    }

    /** Reads what is there; false at the peer's FIN or when it has sent too much. */
    private boolean discard(int reads) throws IOException {
        ByteBuffer bytes = NOWHERE.duplicate();
        for (int i = 0; i < reads; i++) {
            int filled = read(bytes.clear());
            if (filled <= 0) {
                return filled == 0;
            }
            count(filled);
            if (policy.exceeds(discarded)) {
                return false;
            }
        }
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

    @SuppressWarnings("NonAtomicVolatileUpdate") // one reader at a time; volatile for those who watch
    private void count(int bytes) {
        discarded += bytes;
        connection.manager.ledger().discarded(bytes);
        long seen = connection.state();
        if (ConnectionState.phase(seen) == Phase.LINGERING) {
            long deadline = policy.deadline(startedAt, connection.manager.now());
            connection.cas(seen, ConnectionState.move(seen, Phase.LINGERING, ConnectionState.reason(seen), deadline));
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
        long before = discarded;
        try {
            discard(1);
        } catch (IOException gone) {
            return false;
        }
        return discarded > before && now < startedAt + policy.timeout().toMillis() && !policy.exceeds(discarded);
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
        return discarded;
    }

    long lingeredFor(long now) {
        return now - startedAt;
    }

    @Override
    public long getBytesIn() {
        return bytesIn + discarded;
    }

    @Override
    public long getBytesOut() {
        return bytesOut;
    }

    /** Our own bounds hold, unless somebody has since asked for shorter ones: low resources, a connector's shutdown. */
    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        return connection.tenure.tightened(getEndPoint());
    }

    @Override
    public void close() {
        connection.finish(CloseReason.PEER_GONE, null);
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        connection.closed(CloseReason.PEER_GONE);
        super.onClose(cause);
    }

    @Override
    public String toConnectionString() {
        return "%s@%x{discarded=%d}".formatted(getClass().getSimpleName(), hashCode(), discarded);
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
                getEndPoint().fillInterested(readable);
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
