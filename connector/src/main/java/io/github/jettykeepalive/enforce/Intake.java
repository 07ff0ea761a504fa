package io.github.jettykeepalive.enforce;

import static io.github.jettykeepalive.policy.ConnectionState.NO_DEADLINE;

import io.github.jettykeepalive.policy.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.VirtualThreads;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a connection: what bytes mean in the phase they come in, whether a request has begun behind another,
 * and whether the peer is gone.
 *
 * <p>Not thread-safe, as the reading side of a connection never is.
 */
final class Intake {
    private static final int FIRST = 0xff << 24;
    private static final int LF_LF = '\n' << 8 | '\n';
    private static final int LF_CR_LF = '\n' << 16 | '\r' << 8 | '\n';

    private final ManagedConnection connection;

    /** The latest four, the latest of them lowest. */
    private int lastBytes;

    /** What the latest read filled, while Jetty may hold it: content is cut out of it, and what follows stays in it. */
    private @Nullable ByteBuffer latest;

    private boolean peerGone;
    private boolean looked;

    Intake(ManagedConnection connection) {
        this.connection = connection;
    }

    /** What Jetty reads: nothing if it comes too late to be served, the end once the connection is ours alone. */
    int fill(ByteBuffer buffer) throws IOException {
        Phase phase = connection.phase();
        if (phase.isTakenOver()) {
            return -1;
        }
        if (phase == Phase.CLOSING && !connection.isExchanging() && willLinger()) {
            return 0;
        }
        int filled = -1;
        // An end that we made ourselves is not the peer's. Asked before, because a failed TLS handshake closes by
        // itself.
        boolean open = connection.endPoint.isOpen();
        try {
            filled = connection.endPoint.fill(buffer);
        } finally {
            peerGone |= filled < 0 && open && connection.connector.isRunning();
        }
        latest = filled > 0 ? buffer : null;
        if (filled > 0 && !take(buffer, buffer.limit() - filled)) {
            BufferUtil.clear(buffer);
            return 0;
        }
        return filled;
    }

    /** Bytes from that index on have come. False if they come too late to be served. */
    boolean take(ByteBuffer buffer, int from) {
        remember(buffer, from);
        Phase phase = connection.phase();
        if ((phase.isWaiting() || phase == Phase.CLAIMED) && isEmptyLines(buffer, from)) {
            connection.boundWait();
            return true;
        }
        return phase == Phase.HANDLING || received();
    }

    /**
     * Whether what still comes is ours to discard. Jetty would read it, too, after a malformed request on a thread beside the
     * one that gives the buffer back: over TLS that ends in a buffer that is too small, and a reset.
     */
    private boolean willLinger() {
        return connection.manager.rules().policy.linger().enabled();
    }

    /**
     * RFC 9112 section 2.2: an empty line before a request begins nothing, and Jetty skips it. Old clients send one behind a POST,
     * health checks send nothing else.
     */
    private static boolean isEmptyLines(ByteBuffer buffer, int from) {
        for (int i = from; i < buffer.limit(); i++) {
            if (buffer.get(i) != '\r' && buffer.get(i) != '\n') {
                return false;
            }
        }
        return true;
    }

    /**
     * Bytes came: the first of a request ends the wait for it. Its deadline is set only if Jetty has to wait for the rest of
     * the header, which seldom happens. False if the bytes come too late to be served.
     */
    boolean received() {
        Phase phase = connection.phase();
        if (phase.isWaiting() || phase == Phase.CLAIMED) {
            // An application may have replaced the customizers since the last request.
            CommitCustomizer.install(connection.configuration);
            connection.tenure.idleTimeoutBefore = connection.endPoint.getIdleTimeout();
            return connection.move(Phase.READING, null, NO_DEADLINE);
        }
        return phase != Phase.OVERDUE;
    }

    /** Jetty has read a part of a header and is about to wait for more of it. */
    void headerGoesOn() {
        if (connection.deadline() == NO_DEADLINE) {
            connection.move(Phase.READING, null, connection.manager.rules().headerDeadline(connection.manager.now()));
        }
    }

    /**
     * Whether to read before asking the selector, once: the first request is often there as soon as its connection is. On the
     * thread of the pool that made the connection, so not where requests are to have a virtual thread.
     */
    boolean looksFirst() {
        boolean first = !looked;
        looked = true;
        return first
                && connection.endPoint instanceof SocketChannelEndPoint
                && !VirtualThreads.isUseVirtualThreads(connection.connector.getExecutor());
    }

    private void remember(ByteBuffer buffer, int from) {
        int end = buffer.limit();
        for (int i = Math.max(from, end - Integer.BYTES); i < end; i++) {
            lastBytes = lastBytes << Byte.SIZE | (buffer.get(i) & 0xff);
        }
    }

    /**
     * Whether a request has begun behind the one that is complete (RFC 9112 section 9.3.2). One with content is complete when
     * Jetty has cut it out of the buffer, and has not given the buffer back yet; one without has been, and then what came last
     * tells.
     */
    boolean hasBegun(boolean hadContent) {
        ByteBuffer buffer = latest;
        latest = null;
        if (hadContent) {
            return buffer != null && !isEmptyLines(buffer, buffer.position());
        }
        return !isBehindHeader();
    }

    /**
     * Section 2.2: a lone LF ends a line too, and a CR behind it may be half of an empty line. If what came first went past us, its
     * end says nothing.
     */
    private boolean isBehindHeader() {
        int last = (lastBytes & 0xff) == '\r' ? lastBytes >>> Byte.SIZE : lastBytes;
        return (lastBytes & FIRST) == 0 || (last & 0xffff) == LF_LF || (last & 0xffffff) == LF_CR_LF;
    }

    /** Whether the peer's FIN or reset was seen while reading. */
    boolean isPeerGone() {
        return peerGone;
    }
}
