package io.github.jettykeepalive.demo.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a client and a server, on a free port of the loopback interface, with one or two threads for each
 * connection. Closing it closes all of them.
 */
public abstract class Relay implements AutoCloseable {
    private static final int BACKLOG = 200;

    private final ServerSocket listener;
    private final Wire.Connecting upstream;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /**
     * Listens at once.
     *
     * @param upstream how to reach what is behind it
     */
    protected Relay(Wire.Connecting upstream) throws IOException {
        this.upstream = upstream;
        listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        start("accept", this::accept);
    }

    /** A client's connection to the relay. */
    public Socket connect() throws IOException {
        return new Socket(listener.getInetAddress(), listener.getLocalPort());
    }

    /** Serves one connection; whatever it throws ends that connection. */
    protected abstract void serve(Socket client, Socket server) throws IOException;

    /** Runs something beside the connection's own thread. */
    protected static void start(String name, Runnable task) {
        Thread thread = new Thread(task, "lab-relay-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Copies until the end of the stream. */
    protected static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
            out.flush();
        }
    }

    /** A runnable that may fail. */
    @FunctionalInterface
    protected interface Step {
        /** Does it. */
        void run() throws IOException;
    }

    /** As a task of a thread, which ends when it fails: one end of the connection is gone. */
    protected static Runnable task(Step step) {
        return () -> {
            try {
                step.run();
            } catch (IOException e) {
                // The other end is closed by the connection's own thread.
            }
        };
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket client = listener.accept();
                sockets.add(client);
                start("serve", () -> serve(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket server = upstream.connect()) {
            sockets.add(server);
            serve(client, server);
            sockets.remove(server);
        } catch (IOException e) {
            // Either end is gone, and so is the other now.
        } finally {
            sockets.remove(client);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
