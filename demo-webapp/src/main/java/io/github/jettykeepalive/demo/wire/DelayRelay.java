package io.github.jettykeepalive.demo.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A long line: every byte arrives half a round trip later, in either direction. A connection takes a whole round trip to
 * come about, as the kernel's handshake would; that one the relay cannot delay, so it is waited for in {@link #connect}.
 */
public final class DelayRelay extends Relay {
    private static final Parcel END = new Parcel(0, ByteBuffer.allocate(0));

    private final long halfTrip;

    /**
     * Listens at once.
     *
     * @param roundTripMillis how long the line is
     */
    public DelayRelay(Wire.Connecting upstream, int roundTripMillis) throws IOException {
        super(upstream);
        halfTrip = roundTripMillis * 500_000L;
    }

    /** Some bytes, and when they arrive. */
    private record Parcel(long due, ByteBuffer bytes) {
        boolean isEnd() {
            return bytes.capacity() == 0;
        }
    }

    @Override
    public Socket connect() throws IOException {
        Socket socket = super.connect();
        sleepUntil(System.nanoTime() + 2 * halfTrip);
        return socket;
    }

    @Override
    protected void serve(Socket client, Socket server) throws IOException {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        start("up", task(() -> carry(client, server)));
        carry(server, client);
    }

    /** Returns when all of it has arrived: whoever calls this closes both ends next. */
    private void carry(Socket from, Socket to) throws IOException {
        BlockingQueue<Parcel> line = new LinkedBlockingQueue<>();
        start("near-end", task(() -> collect(from, line)));
        deliver(line, to);
    }

    /** Reads in a thread of its own, so that what follows is not delayed twice. */
    private void collect(Socket from, BlockingQueue<Parcel> line) throws IOException {
        try {
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[16 * 1024];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(buffer, read));
                line.add(new Parcel(System.nanoTime() + halfTrip, bytes));
            }
        } finally {
            line.add(END);
        }
    }

    private static void deliver(BlockingQueue<Parcel> line, Socket to) throws IOException {
        try {
            OutputStream out = to.getOutputStream();
            for (Parcel parcel = line.take(); !parcel.isEnd(); parcel = line.take()) {
                sleepUntil(parcel.due());
                out.write(parcel.bytes().array());
            }
            to.shutdownOutput();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sleepUntil(long nanoTime) {
        try {
            long nanos = nanoTime - System.nanoTime();
            if (nanos > 0) {
                Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
