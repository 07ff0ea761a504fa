package io.github.jettykeepalive.enforce;

import java.nio.ByteBuffer;
import java.util.EventListener;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's HTTP connection until it is opened, where another connection stood before (the PROXY protocol, TLS or not, a tunnel): what
 * that has read too much is handed over past the end point, and is a request's beginning all the same.
 */
final class SuccessorConnection extends AbstractConnection implements Connection.UpgradeTo {
    private final ManagedConnection connection;
    private final Connection http;

    SuccessorConnection(ManagedConnection connection, Connection http) {
        super(http.getEndPoint(), connection.connector.getExecutor());
        this.connection = connection;
        this.http = http;
    }

    @Override
    public void onUpgradeTo(ByteBuffer buffer) {
        if (connection.intake.take(buffer, buffer.position())) {
            ((Connection.UpgradeTo) http).onUpgradeTo(buffer);
        }
    }

    @Override
    public void onOpen() {
        getEndPoint().setConnection(http);
        http.onOpen();
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        http.onClose(cause);
    }

    @Override
    public void addEventListener(EventListener listener) {
        http.addEventListener(listener);
    }

    @Override
    public void removeEventListener(EventListener listener) {
        http.removeEventListener(listener);
    }

    /** Never asked to be: what it has opened is. */
    @Override
    public void onFillable() {
        http.close();
    }
}
