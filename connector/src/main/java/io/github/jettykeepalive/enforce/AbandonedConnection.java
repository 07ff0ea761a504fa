package io.github.jettykeepalive.enforce;

import org.eclipse.jetty.io.AbstractConnection;

/**
 * Stands for the protocol that a response has announced (a tunnel, or whatever follows a 101) where the application has no connection
 * for it. Jetty gives its own up for this one, as for any other, and so reads no request from what is still to come; this one never
 * opens, for {@link ManagedConnection#upgrade} ends the connection instead.
 */
final class AbandonedConnection extends AbstractConnection {
    AbandonedConnection(ManagedConnection connection) {
        super(connection.endPoint, connection.connector.getExecutor());
    }

    @Override
    public void onFillable() {
        // Nobody waits for it.
    }
}
