package io.github.jettykeepalive.enforce;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** An end point without a socket: bytes arrive when a test says so, and are noticed when it says {@link #select}. */
class MemoryEndPoint extends AbstractEndPoint {
    private final LongSupplier clock;
    private final SocketAddress remote;
    private final Queue<ByteBuffer> input = new ConcurrentLinkedQueue<>();
    private final StringBuffer output = new StringBuffer();
    private final Queue<Error> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean fin;
    private volatile long lastActivity;

    MemoryEndPoint(LongSupplier clock, String address, long idleTimeout) {
        super(null);
        this.clock = clock;
        lastActivity = clock.getAsLong();
        remote = new InetSocketAddress(address, 50_000);
        setIdleTimeout(idleTimeout);
        onOpen();
    }

    /** What another thread does just before the next wait is registered. */
    @Nullable
    Runnable beforeNextWait;

    @Override
    public boolean tryFillInterested(Callback callback) {
        comeBefore();
        return super.tryFillInterested(callback);
    }

    @Override
    public void fillInterested(Callback callback) {
        comeBefore();
        super.fillInterested(callback);
    }

    private void comeBefore() {
        Runnable before = beforeNextWait;
        if (before != null) {
            beforeNextWait = null;
            before.run();
        }
    }

    /** The peer sends bytes; nobody is told. */
    MemoryEndPoint arrive(String bytes) {
        input.add(BufferUtil.toBuffer(bytes, StandardCharsets.ISO_8859_1));
        return this;
    }

    /** The peer sends its FIN; nobody is told. */
    MemoryEndPoint arriveFin() {
        fin = true;
        return this;
    }

    /** The next half close fails like this. */
    MemoryEndPoint failHalfClose(Error error) {
        failures.add(error);
        return this;
    }

    @Override
    protected void doShutdownOutput() {
        Error error = failures.poll();
        if (error != null) {
            throw error;
        }
    }

    /** The selector looks: true if there was something to read and somebody waited for it. */
    boolean select() {
        return (fin || !input.isEmpty()) && getFillInterest().fillable();
    }

    /** Jetty's idle timer goes off, and begins again. */
    void expireIdle() {
        onIdleExpired(new TimeoutException("Idle timeout expired"));
        notIdle();
    }

    @Override
    public void notIdle() {
        lastActivity = clock.getAsLong();
    }

    @Override
    public long getIdleFor() {
        return (clock.getAsLong() - lastActivity) / 1_000_000;
    }

    /** What the peer has been sent. */
    String output() {
        return output.toString();
    }

    @Override
    public synchronized int fill(ByteBuffer buffer) throws EofException {
        if (isInputShutdown()) {
            return -1;
        }
        ByteBuffer arrived = input.peek();
        if (arrived == null) {
            if (!fin) {
                return 0;
            }
            shutdownInput();
            return -1;
        }
        notIdle();
        int filled = BufferUtil.append(buffer, arrived);
        if (!arrived.hasRemaining()) {
            input.remove();
        }
        return filled;
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws EofException {
        if (isOutputShutdown()) {
            throw new EofException();
        }
        notIdle();
        for (ByteBuffer buffer : buffers) {
            output.append(BufferUtil.toString(buffer, StandardCharsets.ISO_8859_1));
            BufferUtil.clear(buffer);
        }
        return true;
    }

    /** As the selector does it: the connection hears of the end. */
    @Override
    public void onClose(Throwable cause) {
        super.onClose(cause);
        if (getConnection() != null) {
            getConnection().onClose(cause);
        }
    }

    @Override
    protected void onIncompleteFlush() {
        throw new AssertionError("everything can be written");
    }

    @Override
    protected void needsFillInterest() {}

    @Override
    public Object getTransport() {
        return input;
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return new InetSocketAddress("127.0.0.1", 80);
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return remote;
    }
}
