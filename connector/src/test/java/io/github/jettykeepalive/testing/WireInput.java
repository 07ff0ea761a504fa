package io.github.jettykeepalive.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** What a peer sends: every wait is bounded, and every end has a name. */
final class WireInput {
    private final Socket wire;
    private final Socket socket;
    private final byte[] buffer = new byte[8 * 1024];
    private int position;
    private int limit;
    private long deadline;
    private @Nullable End end;
    private volatile boolean writeFailed;

    /**
     * @param wire the TCP socket
     * @param socket the socket to read from: the same, or the TLS socket on top of it
     */
    WireInput(Socket wire, Socket socket) {
        this.wire = wire;
        this.socket = socket;
    }

    /**
     * A write error takes the reset from the socket: the reads that follow find what had arrived, and then a plain end.
     */
    void writeFailed() {
        writeFailed = true;
    }

    /** Gives the reads that follow this long, all together. */
    WireInput within(Duration patience) {
        deadline = System.nanoTime() + patience.toNanos();
        return this;
    }

    /** The next byte, or -1: then {@link #end} says why there is none. */
    int read() {
        return available() ? buffer[position++] & 0xFF : -1;
    }

    /** Reads up to {@code count} bytes, one character each; fewer only if the input ended. */
    String readText(long count) {
        var text = new ByteArrayOutputStream();
        while (text.size() < count && available()) {
            int length = (int) Math.min(count - text.size(), limit - position);
            text.write(buffer, position, length);
            position += length;
        }
        return text.toString(StandardCharsets.ISO_8859_1);
    }

    /** Whether there is a byte to read; waits for one. A time-out is not final, FIN and RESET are. */
    boolean available() {
        if (position == limit && (end == null || end == End.TIMEOUT)) {
            end = fill();
        }
        return position < limit;
    }

    /** Why the last read found nothing. */
    End end() {
        if (end == null) {
            throw new IllegalStateException("the input has not ended");
        }
        return end;
    }

    private @Nullable End fill() {
        try {
            position = 0;
            limit = 0;
            limit = Math.max(readSome(socket), 0);
            return limit > 0 ? null : endOfTcp();
        } catch (SocketTimeoutException x) {
            return End.TIMEOUT;
        } catch (IOException x) {
            if (writeFailed || isReset(x)) {
                return End.RESET;
            }
            throw new UncheckedIOException(x);
        }
    }

    /** TLS ends with a close_notify, but whether the connection ended in order only TCP can say. */
    private End endOfTcp() throws IOException {
        while (socket instanceof SSLSocket && readSome(wire) > 0) {
            // What follows a close_notify means nothing.
        }
        return writeFailed ? End.RESET : End.FIN;
    }

    private int readSome(Socket source) throws IOException {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left < 0) {
            throw new SocketTimeoutException();
        }
        source.setSoTimeout((int) Math.max(1, left));
        return source.getInputStream().read(buffer);
    }

    private boolean isReset(IOException failure) {
        return !wire.isClosed()
                && Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                        .anyMatch(SocketException.class::isInstance);
    }
}
