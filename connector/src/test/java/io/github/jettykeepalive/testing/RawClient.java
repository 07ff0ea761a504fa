package io.github.jettykeepalive.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocket;

/**
 * A client that does exactly what a test says, byte for byte, over a blocking socket, plain or TLS.
 *
 * <p>Text is ISO-8859-1: one character is one byte. Every wait is bounded by the client's patience, half a minute
 * unless told otherwise. To leave no trace in the {@linkplain KernelCounters kernel's counters}, read to the end before
 * {@link #close}, and over TLS {@link #halfClose} before that: a socket that is closed with data unread, or that gets
 * data after it was closed, such as the server's {@code close_notify}, sends a reset.
 */
public final class RawClient implements AutoCloseable {
    private final Socket wire;
    private final Socket socket;
    private final WireInput input;
    private final OutputStream output;
    private Duration patience = Duration.ofSeconds(30);

    private RawClient(Socket wire, Socket socket) throws IOException {
        this.wire = wire;
        this.socket = socket;
        this.input = new WireInput(wire, socket);
        this.output = socket.getOutputStream();
    }

    /** What to do with a socket before it is connected: a small receive buffer, a local address to come from. */
    @FunctionalInterface
    public interface Preparation {
        void prepare(Socket socket) throws IOException;
    }

    public static RawClient connect(int port) throws IOException {
        return connect(port, socket -> {});
    }

    public static RawClient connect(int port, Preparation preparation) throws IOException {
        Socket wire = connected(port, preparation);
        return new RawClient(wire, wire);
    }

    /**
     * Connects and completes the TLS handshake.
     *
     * @param protocol such as {@code TLSv1.2}
     */
    public static RawClient connectTls(int port, String protocol) throws IOException {
        return connectTls(port, protocol, socket -> {});
    }

    public static RawClient connectTls(int port, String protocol, Preparation preparation) throws IOException {
        Socket wire = connected(port, preparation);
        try {
            // The TCP socket stays ours: it outlives the TLS close, and tells how the connection ended.
            var factory = TestKeys.clientSslContext().getSocketFactory();
            var tls = (SSLSocket) factory.createSocket(wire, "localhost", port, false);
            tls.setEnabledProtocols(new String[] {protocol});
            tls.startHandshake();
            return new RawClient(wire, tls);
        } catch (IOException x) {
            wire.close();
            throw x;
        }
    }

    private static Socket connected(int port, Preparation preparation) throws IOException {
        var socket = new Socket();
        try {
            preparation.prepare(socket);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
            return socket;
        } catch (IOException x) {
            socket.close();
            throw x;
        }
    }

    /** Bounds each later wait: for a whole response, for the end, for a write. */
    public RawClient patience(Duration newPatience) {
        patience = newPatience;
        return this;
    }

    /** The port this client comes from. */
    public int localPort() {
        return wire.getLocalPort();
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(ISO_8859_1));
    }

    /**
     * Sends the bytes, and waits until the kernel has taken them all.
     *
     * @throws IOException if the connection was reset meanwhile
     */
    public RawClient send(byte[] bytes) throws IOException {
        Sent sent = await(sendInBackground(out -> out.write(bytes)));
        if (!sent.complete()) {
            throw new IOException("not sent: " + Transcript.quote(new String(bytes, ISO_8859_1)), sent.error());
        }
        return this;
    }

    /**
     * Sends the text in pieces, cut at these positions; each piece goes out only when the server has read the one
     * before (where the kernel tells: Linux).
     */
    public RawClient sendSplit(String text, int... positions) throws IOException {
        int from = 0;
        for (int position : positions) {
            send(text.substring(from, position));
            awaitRead();
            from = position;
        }
        return send(text.substring(from));
    }

    /** Returns when the server has taken everything sent so far out of its kernel's buffer. */
    public void awaitRead() {
        if (TcpTable.available()) {
            String what = "the server reads what port " + localPort() + " sent";
            Eventually.await(
                    patience,
                    what,
                    () -> TcpTable.now().entries().stream()
                            .filter(entry -> entry.localPort() == wire.getPort() && entry.remotePort() == localPort())
                            .allMatch(entry -> entry.unread() == 0));
        }
    }

    /** Sends what the writer writes in the background, so that the test can read meanwhile, or not read at all. */
    public CompletableFuture<Sent> sendInBackground(Upload.Writer writer) {
        return Upload.start(output, writer).thenApply(sent -> {
            if (!sent.complete()) {
                input.writeFailed();
            }
            return sent;
        });
    }

    /** Sends that many bytes in the background. */
    public CompletableFuture<Sent> sendInBackground(long size) {
        return sendInBackground(Upload.bytes(size));
    }

    /**
     * Posts a body to {@code /upload}, and writes all of it before anything is read, as many clients do.
     *
     * @param version {@code HTTP/1.1} or {@code HTTP/1.0}
     * @return what went out; a write error is not thrown, as there may still be a response to read
     */
    public Sent upload(long size, boolean chunked, String version) {
        return await(sendInBackground(Upload.post(size, chunked, version)));
    }

    private Sent await(CompletableFuture<Sent> sending) {
        return Upload.await(sending, patience);
    }

    /** Reads the next response, interim ones (1xx) included. */
    public RawResponse readResponse() {
        return new ResponseReader(input.within(patience)).read(false);
    }

    /** Reads the next response, which answers a HEAD: whatever its fields announce, no body follows. */
    public RawResponse readHeadResponse() {
        return new ResponseReader(input.within(patience)).read(true);
    }

    public List<RawResponse> readResponses(int count) {
        var responses = new ArrayList<RawResponse>();
        for (int i = 0; i < count; i++) {
            responses.add(readResponse());
        }
        return responses;
    }

    /** Reads exactly so many bytes, as after an upgrade. */
    public String read(int count) {
        String text = input.within(patience).readText(count);
        if (text.length() < count) {
            throw new AssertionError("expected " + count + " bytes, but was: " + new Rest(text, input.end()));
        }
        return text;
    }

    /** Reads whatever still comes. */
    public Rest readToEof() {
        String text = input.within(patience).readText(Long.MAX_VALUE);
        return new Rest(text, input.end());
    }

    /** Asserts that the server sends nothing more and ends the connection in order. */
    public void expectFin() {
        Rest rest = readToEof();
        if (rest.end() != End.FIN || !rest.text().isEmpty()) {
            throw new AssertionError("expected FIN and nothing before it, but was: " + rest);
        }
    }

    /** Asserts that the server resets the connection, whatever it sends before. */
    public void expectReset() {
        Rest rest = readToEof();
        if (rest.end() != End.RESET) {
            throw new AssertionError("expected RESET, but was: " + rest);
        }
    }

    /** Whether neither a FIN nor a reset has arrived by now, or there still is something to read before it. */
    public boolean isOpen() {
        return input.within(Duration.ofMillis(1)).available() || input.end() == End.TIMEOUT;
    }

    /** Ends this side in order, over TLS with a {@code close_notify}; reading goes on. */
    public void halfClose() throws IOException {
        if (socket instanceof SSLSocket) {
            socket.shutdownOutput();
        }
        wire.shutdownOutput();
    }

    /** Waits for the next byte; false if the connection ends, or the client's patience does, before there is one. */
    public boolean isAnythingToCome() {
        return input.within(patience).available();
    }

    /** Throws the connection away with a RST. */
    public void reset() throws IOException {
        wire.setSoLinger(true, 0);
        wire.close();
    }

    /** Closes the TCP socket, over TLS without a {@code close_notify}. */
    @Override
    public void close() throws IOException {
        wire.close();
    }
}
