package io.github.jettykeepalive.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.jettykeepalive.testing.TestKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;

/** The client's end of a connection; not thread-safe. Everything received is kept. */
final class Client implements AutoCloseable {
    /** Longer than the servers' idle timeout, and shorter than twice that. */
    private static final int PATIENCE = 4000;

    private static final int SMALL = 16 * 1024;

    /** How the server's side of the connection closed, as far as the client knows. */
    enum End {
        OPEN,
        FIN,
        RESET,
        /** A TLS connection closed without a {@code close_notify}. */
        CUT
    }

    private final Executor executor;
    private final List<Episode.Asked> requests;
    private final Socket wire;
    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final byte[] buffer = new byte[16 * 1024];
    private int finals;
    private End end = End.OPEN;
    private volatile boolean writeFailed;
    private boolean stuck;
    private boolean halfClosed;
    private boolean gone;

    private Client(List<Episode.Asked> requests, Socket wire, Socket socket, Executor executor) {
        this.executor = executor;
        this.requests = requests;
        this.wire = wire;
        this.socket = socket;
    }

    /** What happens to the socket when it has a port, before it is connected. */
    interface Bound {
        void at(int port);
    }

    static Client connect(Episode episode, int port, Executor executor, Bound bound) throws IOException {
        Setup setup = episode.setup();
        Socket wire = bind(setup.smallBuffers());
        try {
            bound.at(wire.getLocalPort());
            wire.setTcpNoDelay(true);
            wire.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE);
            if (setup.transport() == Setup.Transport.PROXY) {
                String head = "PROXY TCP4 127.0.0.1 127.0.0.1 " + wire.getLocalPort() + " 80\r\n";
                wire.getOutputStream().write(head.getBytes(ISO_8859_1));
            }
            return new Client(
                    episode.requests(), wire, setup.transport().isTls() ? tls(wire, setup, port) : wire, executor);
        } catch (IOException x) {
            wire.close();
            throw x;
        }
    }

    private static Socket bind(boolean small) throws IOException {
        while (true) {
            var socket = new Socket();
            try {
                if (small) {
                    socket.setReceiveBufferSize(SMALL);
                }
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                return socket;
            } catch (BindException taken) {
                socket.close();
            }
        }
    }

    private static Socket tls(Socket wire, Setup setup, int port) throws IOException {
        wire.setSoTimeout(5 * PATIENCE);
        var tls =
                (SSLSocket) TestKeys.clientSslContext().getSocketFactory().createSocket(wire, "localhost", port, false);
        tls.setEnabledProtocols(new String[] {setup.transport() == Setup.Transport.TLS_1_2 ? "TLSv1.2" : "TLSv1.3"});
        tls.startHandshake();
        return tls;
    }

    /** Sends, and goes on when the kernel has taken all, or has not for so long that it will not: nothing more is sent then. */
    void send(byte[] bytes) {
        if (gone || writeFailed || stuck || halfClosed) {
            return;
        }
        var sending = CompletableFuture.runAsync(() -> write(bytes), executor);
        try {
            sending.get(PATIENCE, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            stuck = true;
        } catch (ExecutionException x) {
            throw new IllegalStateException(x);
        } catch (InterruptedException x) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException refused) {
            writeFailed = true;
        }
    }

    /** Whether the server did not take what the client had to send. */
    boolean isStuck() {
        return stuck;
    }

    void halfClose() throws IOException {
        if (gone || writeFailed || stuck || halfClosed) {
            return;
        }
        halfClosed = true;
        try {
            if (socket != wire) {
                socket.shutdownOutput();
            }
            wire.shutdownOutput();
        } catch (IOException refused) {
            writeFailed = true;
        }
    }

    void reset() throws IOException {
        if (!gone) {
            gone = true;
            wire.setSoLinger(true, 0);
            wire.close();
        }
    }

    void pause(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException x) {
            Thread.currentThread().interrupt();
        }
    }

    void readResponse() throws IOException {
        int wanted = ++finals;
        long deadline = deadline();
        while (complete() < wanted && fill(deadline)) {
            // One more piece.
        }
    }

    private long complete() {
        return answers().stream()
                .filter(answer -> answer.complete() && !answer.isInterim())
                .count();
    }

    void readBytes(int count) throws IOException {
        int wanted = received.size() + count;
        long deadline = deadline();
        while (received.size() < wanted && fill(deadline)) {
            // One more piece.
        }
    }

    void readToEnd() throws IOException {
        long deadline = deadline();
        while (fill(deadline)) {
            // One more piece.
        }
    }

    private static long deadline() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE);
    }

    /** Waits for more; false if there is none. */
    private boolean fill(long deadline) throws IOException {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (gone || end != End.OPEN || millis <= 0) {
            return false;
        }
        try {
            socket.setSoTimeout((int) millis);
            int read = socket.getInputStream().read(buffer);
            if (read < 0) {
                end = writeFailed ? End.RESET : End.FIN;
                return false;
            }
            received.write(buffer, 0, read);
            return true;
        } catch (SocketTimeoutException late) {
            return false;
        } catch (IOException x) {
            boolean reset = Stream.<Throwable>iterate(x, Objects::nonNull, Throwable::getCause)
                    .anyMatch(SocketException.class::isInstance);
            end = reset || writeFailed ? End.RESET : End.CUT;
            return false;
        }
    }

    List<Answer> answers() {
        return Answer.parse(received.toString(ISO_8859_1), requests, end == End.FIN);
    }

    End end() {
        return end;
    }

    @Override
    public void close() throws IOException {
        gone = true;
        wire.close();
    }
}
