package io.github.jettykeepalive.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * The relay of the classic texts: copies bytes both ways, understands none of them, and takes a response to be complete when
 * the server closes. It serves one client.
 */
public final class BlindRelay implements AutoCloseable {
    private final ServerSocket acceptor;
    private final int serverPort;

    private BlindRelay(ServerSocket acceptor, int serverPort) {
        this.acceptor = acceptor;
        this.serverPort = serverPort;
    }

    /** A relay to a server on this machine. */
    public static BlindRelay to(int serverPort) throws IOException {
        var acceptor = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var relay = new BlindRelay(acceptor, serverPort);
        daemon("blind-relay", relay::relay);
        return relay;
    }

    /** Where clients connect. */
    public int port() {
        return acceptor.getLocalPort();
    }

    private void relay() {
        try (Socket client = acceptor.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
            daemon("blind-relay-requests", () -> copy(client, server));
            copy(server, client);
        } catch (IOException closed) {
            // The test is over.
        }
    }

    /** Copies until the end of input, and hands the end on. */
    private static void copy(Socket from, Socket to) {
        try {
            InputStream input = from.getInputStream();
            OutputStream output = to.getOutputStream();
            input.transferTo(output);
            to.shutdownOutput();
        } catch (IOException closed) {
            // One side is gone, so the other has nothing to wait for.
        }
    }

    private static void daemon(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        acceptor.close();
    }
}
