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
 * container only while there is something to read.
 *
 * <p>The container calls one of these methods at a time, but the timeout may come from another thread than the data:
 * the request ends once, by the first call that ends it.
 */
final class BodyDiscard implements ReadListener, AsyncListener {
    /** As much as a container hands out at a time, or more. */
    private static final int BUFFER_SIZE = 16 * 1024;

    /** What is still to be sent when nothing more will be read. */
    interface Answer {
        void send() throws IOException;
    }

    /**
     * Where to stop. The request ends then, and the client may lose its response, as without the filter.
     *
     * @param maxBytes to discard; 0 for no limit
     * @param maxTime milliseconds, {@code >= 1}
     */
    record Limits(long maxBytes, long maxTime) {
        /** @param size bytes, or less than 0 if that is not known */
        boolean allow(long size) {
            return maxBytes == 0 || size <= maxBytes;
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
     * @param answer called once, before the request ends, unless the container ends it
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
            discard.end();
        }
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (!ended.get() && input.isReady() && !input.isFinished()) {
            if (input.read(buffer, 0, buffer.length) < 0 || isBeyondLimits()) {
                end();
            }
        }
    }

    private boolean isBeyondLimits() {
        return !limits.allow(input.count() - alreadyRead)
                || nanoTime.getAsLong() - start > TimeUnit.MILLISECONDS.toNanos(limits.maxTime);
    }

    private void end() {
        if (ended.compareAndSet(false, true)) {
            try {
                answer.send();
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
        end();
    }

    /** The client is gone, or what it sends is no HTTP. */
    @Override
    public void onError(Throwable failure) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        end();
    }

    @Override
    public void onError(AsyncEvent event) {
        end();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        if (ended.compareAndSet(false, true)) {
            onEnd.run();
        }
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // This cycle has no other.
    }
}
