package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;

/** Stands where Jetty's HTTP connection would: answers before any request is read, then lingers. */
final class RefusingConnection extends AbstractConnection implements Connection.UpgradeTo {
    private final ManagedConnection connection;

    RefusingConnection(ManagedConnection connection) {
        super(connection.endPoint, connection.connector.getExecutor());
        this.connection = connection;
    }

    /** What came with a PROXY protocol header. */
    @Override
    public void onUpgradeTo(ByteBuffer buffer) {
        connection.manager.ledger().discarded(buffer.remaining());
        buffer.position(buffer.limit());
    }

    @Override
    public void onOpen() {
        super.onOpen();
        if (connection.endSoon(CloseReason.CLIENT_LIMIT)) {
            connection.ending().answer(Refusal.TOO_MANY_CONNECTIONS);
        }
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        connection.onClosed();
    }

    /** Never asked to be: what the client sends is read by {@link LingeringConnection}. */
    @Override
    public void onFillable() {
        connection.close(null);
    }
}
