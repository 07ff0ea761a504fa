package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.policy.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/** Does by itself what Jetty's HTTP connection does: reads when it may, serves what is complete, and waits again. */
final class LiveActor extends AbstractConnection implements Connection.UpgradeFrom {
    static final long KEEP_ALIVE = 10_000;
    static final String LAST_REQUEST = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";

    final MemoryEndPoint wire;
    final ManagedConnection connection;
    /** Requests served. */
    volatile int served;
    /** Requests that were complete and could not be served any more. */
    volatile int late;

    /** Whether it does not come to its next wait until it is told to. */
    boolean hesitates;

    /** What it has read and not used. The thread that reads gives it back, whatever another one does meanwhile. */
    @Nullable
    ByteBuffer unread;

    private final StringBuilder header = new StringBuilder();

    private LiveActor(MemoryEndPoint wire, EndPoint managed) {
        super(managed, Runnable::run);
        this.wire = wire;
        this.connection = Objects.requireNonNull(Managed.of(managed));
        addEventListener(ManagedConnection.END_LISTENER);
    }

    /** A connection that waits for its first request. */
    static LiveActor on(Stage stage) {
        var wire = new MemoryEndPoint(stage.clock, "127.0.0.1", Stage.IDLE_TIMEOUT);
        var actor = (LiveActor) stage.manage(wire, managed -> new LiveActor(wire, managed));
        wire.setConnection(actor);
        actor.onOpen();
        actor.fillInterested();
        return actor;
    }

    /** The peer sends something, and the selector notices. */
    LiveActor receive(String bytes) {
        wire.arrive(bytes).select();
        return this;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // whoever has taken the wait, one at a time
    public void onFillable() {
        try {
            ByteBuffer buffer = BufferUtil.allocate(1024);
            for (int filled = getEndPoint().fill(buffer);
                    filled > 0;
                    filled = getEndPoint().fill(buffer)) {
                header.append(BufferUtil.toString(buffer, StandardCharsets.ISO_8859_1));
                BufferUtil.clear(buffer);
                String request = header.toString();
                if (request.endsWith("\r\n\r\n")) {
                    header.setLength(0);
                    serve(request.equals(LAST_REQUEST));
                }
            }
            if (wire.isInputShutdown()) {
                getEndPoint().shutdownOutput();
            } else if (!hesitates) {
                fillInterested();
            }
        } catch (IOException x) {
            getEndPoint().close(x);
        }
    }

    /** As Jetty's connection does it, which cannot be asked while it reads. */
    @Override
    public @Nullable ByteBuffer onUpgradeFrom() {
        if (unread == null) {
            return null;
        }
        ByteBuffer copy = ByteBuffer.allocate(unread.remaining());
        copy.put(unread).flip();
        unread = null;
        return copy;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void serve(boolean last) {
        connection.requestStarted();
        if (connection.phase() != Phase.HANDLING) {
            late++;
            return;
        }
        served++;
        if (last) {
            connection.tenure.commit(Verdict.close(CloseReason.CLIENT), true);
            getEndPoint().shutdownOutput();
            connection.exchangeOver();
            connection.end(CloseReason.CLIENT);
        } else {
            connection.tenure.commit(Verdict.KEEP, true);
            connection.exchangeOver();
            connection.keep(KEEP_ALIVE, false);
        }
    }
}
