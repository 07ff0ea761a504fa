package io.github.jettykeepalive.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;

/** A client's connection, on a blocking socket. It reads just as much of a response as it must, to leave the server the CPU. */
final class Link implements AutoCloseable {
    private static final byte[] CLOSE = ascii("\r\nConnection: close\r\n");
    private static final byte[] LENGTH = ascii("\r\nContent-Length: ");
    private static final byte[] END = ascii("\r\n\r\n");
    private static final byte[] OK = ascii(" 200 ");
    private static final int VERSION = "HTTP/1.1".length();
    private static final int TIMEOUT = 30_000;

    /** So that ports in TIME_WAIT never run out: each connection comes from the next of 200 addresses. */
    private static final AtomicInteger SOURCES = new AtomicInteger();

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private int received;

    private Link(Socket socket) throws IOException {
        this.socket = socket;
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    static Link open(int port) throws IOException {
        return new Link(socket(port));
    }

    static Link openTls(int port, SSLSocketFactory factory) throws IOException {
        return new Link(factory.createSocket(socket(port), "localhost", port, true));
    }

    private static Socket socket(int port) throws IOException {
        var socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT);
        socket.bind(new InetSocketAddress("127.0.0." + (2 + SOURCES.getAndIncrement() % 200), 0));
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        return socket;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void send(byte[] request) throws IOException {
        out.write(request);
    }

    /** Reads a response; true if the server keeps the connection. Anything but a 200 is an error. */
    boolean receive() throws IOException {
        int header = find(END, start);
        while (header < 0) {
            fill();
            header = find(END, start);
        }
        if (find(OK, start) != start + VERSION) {
            throw new IOException(new String(buffer, start, header - start, StandardCharsets.US_ASCII));
        }
        int closes = find(CLOSE, start);
        boolean kept = closes < 0 || closes > header;
        int length = number(find(LENGTH, start) + LENGTH.length);
        start = header + END.length;
        skip(length);
        received++;
        return kept;
    }

    /** Responses read so far. */
    int received() {
        return received;
    }

    /** Reads to the server's FIN. */
    void receiveEnd() throws IOException {
        if (in.read() >= 0) {
            throw new IOException("more than a response");
        }
    }

    private void skip(int length) throws IOException {
        int left = length - (end - start);
        if (left <= 0) {
            start += length;
            return;
        }
        start = 0;
        end = 0;
        while (left > 0) {
            int read = in.read(buffer, 0, Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException();
            }
            left -= read;
        }
    }

    private void fill() throws IOException {
        if (start == end) {
            start = 0;
            end = 0;
        } else if (end == buffer.length) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        int read = in.read(buffer, end, buffer.length - end);
        if (read < 0) {
            throw new EOFException();
        }
        end += read;
    }

    private int number(int from) {
        int number = 0;
        for (int i = from; buffer[i] >= '0' && buffer[i] <= '9'; i++) {
            number = 10 * number + buffer[i] - '0';
        }
        return number;
    }

    private int find(byte[] what, int from) {
        for (int i = from; i <= end - what.length; i++) {
            if (buffer[i] == what[0] && matches(what, i)) {
                return i;
            }
        }
        return -1;
    }

    private boolean matches(byte[] what, int at) {
        for (int i = 1; i < what.length; i++) {
            if (buffer[at + i] != what[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
