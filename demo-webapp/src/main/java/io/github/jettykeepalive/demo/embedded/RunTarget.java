package io.github.jettykeepalive.demo.embedded;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.demo.lab.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** A connector that is opened for one run, on a server that goes on. */
final class RunTarget implements Target {
    private final Server server;
    private final ServerConnector connector;
    private final @Nullable SSLContext tls;
    private final Runnable farewell;

    /**
     * Opens it.
     *
     * @param tls for clients, null for plain TCP
     * @param farewell runs after it was stopped
     */
    RunTarget(ServerConnector connector, @Nullable SSLContext tls, Runnable farewell) throws IOException {
        this.server = connector.getServer();
        this.connector = connector;
        this.tls = tls;
        this.farewell = farewell;
        server.addConnector(connector);
        try {
            connector.start();
        } catch (Exception e) {
            server.removeConnector(connector);
            throw new IOException(e);
        }
    }

    @Override
    public String host() {
        return connector.getHost();
    }

    @Override
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public String path(String path) {
        return path;
    }

    @Override
    public Socket connect() throws IOException {
        Socket socket = new Socket(host(), port());
        return tls == null ? socket : secured(socket, tls);
    }

    private Socket secured(Socket socket, SSLContext context) throws IOException {
        SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(socket, host(), port(), true);
        secure.startHandshake();
        return secure;
    }

    @Override
    public Socket connectFrom(String address) throws IOException {
        return new Socket(InetAddress.getByName(host()), port(), InetAddress.getByName(address), 0);
    }

    @Override
    public void retire(long spreadMillis, long limitMillis) throws IOException {
        KeepAliveConnectionFactory factory = connector.getConnectionFactory(KeepAliveConnectionFactory.class);
        Future<Void> done = factory == null ? connector.shutdown() : factory.drain(spreadMillis);
        try {
            done.get(limitMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // The limit is there for that: what is left is closed below.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (ExecutionException e) {
            throw new IOException(e);
        }
        stop();
    }

    private void stop() throws IOException {
        try {
            connector.stop();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        try {
            connector.stop();
        } catch (Exception e) {
            // Its sockets are closed all the same.
        }
        server.removeConnector(connector);
        farewell.run();
    }
}
