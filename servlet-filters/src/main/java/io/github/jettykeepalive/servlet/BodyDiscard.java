package io.github.jettykeepalive.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Reads the rest of a request's content and throws it away, then lets the request end. It occupies a thread of the
 * container only while there is something to read. If it has to end before the client does, it is cut off, and the
 * {@link Answer} decides what becomes of the rest.
 *
 * <p>The container calls one of these methods at a time, but the timeout may come from another thread than the data:
 * the request ends once, by the first call that ends it.
 */
final class BodyDiscard implements ReadListener, AsyncListener {
    /** As much as a container hands out at a time, or more. */
    private static final int BUFFER_SIZE = 16 * 1024;

    /** The response to the request, of which something may still have to be sent. */
    interface Answer {
        /**
         * Sends what is held. The request ends next.
         *
         * @param cutOff whether the client has more to send
         */
        void send(boolean cutOff) throws IOException;

        /**
         * Called by a thread of the container that may block, if the discard was cut off: the response is on its way,
         * and the container closes the connection next.
         *
         * @param content of which the client has more to send
         * @param discarded bytes of it so far
         */
        void sentTooEarly(CountingInput content, long discarded);
    }

    /**
     * Where to stop. The response is sent then, if it is held, and the request ends.
     *
     * @param maxBytes to discard; 0 for no limit
     * @param maxTime milliseconds, {@code >= 1}
     */
    record Limits(long maxBytes, long maxTime) {
        /** @param size bytes, or less than 0 if that is not known */
        boolean allow(long size) {
            return maxBytes == 0 || size <= maxBytes;
        }

        private boolean areOver(long start, LongSupplier nanoTime) {
            return nanoTime.getAsLong() - start > TimeUnit.MILLISECONDS.toNanos(maxTime);
        }

        /** The time, and at least so many bytes, when some of the bytes are spent. */
        Limits after(long spent, long least) {
            return maxBytes == 0 ? this : new Limits(Math.max(maxBytes - spent, least), maxTime);
        }
    }

    private final AsyncContext async;
    private final CountingInput input;
    private final Answer answer;
    private final Limits limits;
    private final LongSupplier nanoTime;
    private final Runnable onEnd;
    private final long start;
    private final long alreadyRead;
    private final byte[] buffer = new byte[BUFFER_SIZE];
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean cutOff;

    private BodyDiscard(
            AsyncContext async,
            CountingInput input,
            Answer answer,
            Limits limits,
            LongSupplier nanoTime,
            Runnable onEnd) {
        this.async = async;
        this.input = input;
        this.answer = answer;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.onEnd = onEnd;
        this.start = nanoTime.getAsLong();
        this.alreadyRead = input.count();
    }

    /**
     * Begins, and returns at once.
     *
     * @param async the request's
     * @param input its content
     * @param answer sent once, before the request ends, unless the container ends it
     * @param onEnd called once, in any case
     */
    static void start(
            AsyncContext async,
            CountingInput input,
            Answer answer,
            Limits limits,
            LongSupplier nanoTime,
            Runnable onEnd) {
        var discard = new BodyDiscard(async, input, answer, limits, nanoTime, onEnd);
        async.setTimeout(limits.maxTime);
        async.addListener(discard);
        try {
            input.setReadListener(discard);
        } catch (RuntimeException refused) {
            discard.end(false);
        }
    }

    /**
     * Discards in the thread of the caller, which waits for the client, until the content ends or a limit is reached.
     */
    static void blocking(CountingInput input, Limits limits, LongSupplier nanoTime) throws IOException {
        byte[] buffer = new byte[BUFFER_SIZE];
        long start = nanoTime.getAsLong();
        long alreadyRead = input.count();
        while (input.read(buffer, 0, buffer.length) >= 0
                && limits.allow(input.count() - alreadyRead)
                && !limits.areOver(start, nanoTime)) {
            // Nobody wants it.
        }
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (!ended.get() && input.isReady() && !input.isFinished()) {
            if (input.read(buffer, 0, buffer.length) < 0) {
                end(false);
            } else if (!limits.allow(discarded()) || limits.areOver(start, nanoTime)) {
                end(true);
            }
        }
    }

    private long discarded() {
        return input.count() - alreadyRead;
    }

    private void end(boolean early) {
        if (ended.compareAndSet(false, true)) {
            cutOff = early;
            try {
                answer.send(early);
            } catch (IOException | IllegalStateException gone) {
                // So is the client, and the container knows.
            } finally {
                onEnd.run();
                async.complete();
            }
        }
    }

    @Override
    public void onAllDataRead() {
        end(false);
    }

    /** The client is gone, or what it sends is no HTTP. */
    @Override
    public void onError(Throwable failure) {
        end(false);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        end(true);
    }

    @Override
    public void onError(AsyncEvent event) {
        end(false);
    }

    @Override
    public void onComplete(AsyncEvent event) {
        if (ended.compareAndSet(false, true)) {
            onEnd.run();
        } else if (cutOff) {
            answer.sentTooEarly(input, discarded());
        }
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // This cycle has no other.
    }
}
