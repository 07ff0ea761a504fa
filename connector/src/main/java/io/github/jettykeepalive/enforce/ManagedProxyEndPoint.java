package io.github.jettykeepalive.enforce;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ProxyConnectionFactory.ProxyEndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ManagedEndPoint} for connections that arrived with a PROXY protocol header: still a {@link ProxyEndPoint},
 * because {@code ProxyCustomizer} and applications that read TLVs look for that class.
 */
final class ManagedProxyEndPoint extends ProxyEndPoint implements Managed {
    private final ProxyEndPoint proxied;
    private final ManagedConnection connection;

    ManagedProxyEndPoint(ProxyEndPoint proxied, ManagedConnection connection) {
        super(proxied.unwrap(), proxied.getLocalSocketAddress(), proxied.getRemoteSocketAddress());
        this.proxied = proxied;
        this.connection = connection;
    }

    @Override
    public ManagedConnection managed() {
        return connection;
    }

    @Override
    public byte @Nullable [] getTLV(int type) {
        return proxied.getTLV(type);
    }

    @Override
    public SslSessionData getSslSessionData() {
        return proxied.getSslSessionData();
    }

    @Override
    public boolean isSecure() {
        return proxied.isSecure();
    }

    /** Part of Jetty 12.0's {@code EndPoint}, gone in 12.1. */
    public @Nullable InetSocketAddress getLocalAddress() {
        return getLocalSocketAddress() instanceof InetSocketAddress address ? address : null;
    }

    /** Part of Jetty 12.0's {@code EndPoint}, gone in 12.1. */
    public @Nullable InetSocketAddress getRemoteAddress() {
        return getRemoteSocketAddress() instanceof InetSocketAddress address ? address : null;
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
