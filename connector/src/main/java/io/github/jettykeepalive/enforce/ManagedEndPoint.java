package io.github.jettykeepalive.enforce;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What Jetty's HTTP connection is given instead of its end point: reading, waiting and closing go through us. */
final class ManagedEndPoint extends ForwardingEndPoint implements Managed {
    private final ManagedConnection connection;

    ManagedEndPoint(EndPoint endPoint, ManagedConnection connection) {
        super(endPoint);
        this.connection = connection;
    }

    @Override
    public ManagedConnection managed() {
        return connection;
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        return connection.fill(buffer);
    }

    @Override
    public void fillInterested(Callback callback) {
        connection.fillInterested(callback);
    }

    @Override
    public boolean tryFillInterested(Callback callback) {
        return connection.tryFillInterested(callback);
    }

    @Override
    public void write(Callback callback, ByteBuffer... buffers) {
        connection.write(callback, buffers);
    }

    @Override
    public boolean isOpen() {
        return connection.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return connection.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return connection.isOutputShutdown();
    }

    @Override
    public void shutdownOutput() {
        connection.shutdownOutput();
    }

    @Override
    public void close(@Nullable Throwable cause) {
        connection.close(cause);
    }

    @Override
    public void upgrade(Connection newConnection) {
        connection.upgrade(newConnection);
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
