package io.github.jettykeepalive.enforce;

import java.util.EventListener;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ProxyConnectionFactory.ProxyEndPoint;
import org.eclipse.jetty.server.SocketCustomizationListener;
import org.jspecify.annotations.Nullable;

/**
 * A connection as a listener sees it that asks for the class of its end point: {@link SocketCustomizationListener} finds the
 * socket only behind Jetty's own classes. The connection's class, which the listener is told too, is then this one.
 */
final class RevealedConnection implements Connection {
    private final Connection connection;
    private final EndPoint endPoint;

    private RevealedConnection(Connection connection, EndPoint endPoint) {
        this.connection = connection;
        this.endPoint = endPoint;
    }

    /** The listener, made to see what it looks for; any other listener as it is. */
    static EventListener adapt(EventListener listener) {
        if (!(listener instanceof SocketCustomizationListener customization)) {
            return listener;
        }
        return new Connection.Listener() {
            @Override
            public void onOpened(Connection connection) {
                customization.onOpened(reveal(connection));
            }

            @Override
            public void onClosed(Connection connection) {
                customization.onClosed(reveal(connection));
            }
        };
    }

    private static Connection reveal(Connection connection) {
        EndPoint endPoint = connection.getEndPoint();
        while (endPoint instanceof Managed || endPoint instanceof ProxyEndPoint) {
            endPoint = ((EndPoint.Wrapper) endPoint).unwrap();
        }
        return new RevealedConnection(connection, endPoint);
    }

    @Override
    public EndPoint getEndPoint() {
        return endPoint;
    }

    @Override
    public void addEventListener(EventListener listener) {
        connection.addEventListener(listener);
    }

    @Override
    public void removeEventListener(EventListener listener) {
        connection.removeEventListener(listener);
    }

    @Override
    public void onOpen() {
        connection.onOpen();
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        connection.onClose(cause);
    }

    @Override
    public void close() {
        connection.close();
    }

    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        return connection.onIdleExpired(timeout);
    }

    @Override
    public long getMessagesIn() {
        return connection.getMessagesIn();
    }

    @Override
    public long getMessagesOut() {
        return connection.getMessagesOut();
    }

    @Override
    public long getBytesIn() {
        return connection.getBytesIn();
    }

    @Override
    public long getBytesOut() {
        return connection.getBytesOut();
    }

    @Override
    public long getCreatedTimeStamp() {
        return connection.getCreatedTimeStamp();
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
