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
 * socket only behind Jetty's own classes. The connection's class, which the listener is told too, is then this one. It is the same
 * object at the beginning and at the end, and the listener can be taken from it.
 */
final class RevealedConnection implements Connection {
    private final Connection connection;
    private final EndPoint endPoint;
    private final Revealing revealing;

    private RevealedConnection(Connection connection, EndPoint endPoint, Revealing revealing) {
        this.connection = connection;
        this.endPoint = endPoint;
        this.revealing = revealing;
    }

    /** The listener, made to see what it looks for; any other listener as it is. */
    static EventListener adapt(EventListener listener) {
        if (!(listener instanceof SocketCustomizationListener customization)) {
            return listener;
        }
        return new Revealing(customization);
    }

    /** In place of a listener, for one connection. */
    private static final class Revealing implements Connection.Listener {
        private final SocketCustomizationListener listener;
        private @Nullable Connection revealed;

        Revealing(SocketCustomizationListener listener) {
            this.listener = listener;
        }

        @Override
        public void onOpened(Connection connection) {
            listener.onOpened(reveal(connection));
        }

        @Override
        public void onClosed(Connection connection) {
            listener.onClosed(reveal(connection));
        }

        private synchronized Connection reveal(Connection connection) {
            Connection known = revealed;
            if (known == null) {
                known = new RevealedConnection(connection, unwrap(connection.getEndPoint()), this);
                revealed = known;
            }
            return known;
        }

        private static EndPoint unwrap(EndPoint endPoint) {
            EndPoint inner = endPoint;
            while (inner instanceof Managed || inner instanceof ProxyEndPoint) {
                inner = ((EndPoint.Wrapper) inner).unwrap();
            }
            return inner;
        }
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
        connection.removeEventListener(revealing.listener.equals(listener) ? revealing : listener);
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
