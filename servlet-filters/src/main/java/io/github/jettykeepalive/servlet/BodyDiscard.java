package io.github.jettykeepalive.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Reads the rest of a request's body and throws it away, with a thread only while there is something to read, and then
 * lets the request end.
 *
 * <p>The container calls one of these methods at a time, but the timeout may come from another thread than the data:
 * the request ends once, whoever is first.
 */
final class BodyDiscard implements ReadListener, AsyncListener {
    /**
     * How far to go. Beyond that the request ends, and the answer takes its chance.
     *
     * @param maxBytes to discard; 0 for no limit
     * @param maxTime milliseconds to go on for, {@code >= 1}
     */
    record Limits(long maxBytes, long maxTime) {
        /** @param size bytes, or less than 0 if that is not known */
        boolean allow(long size) {
            return maxBytes == 0 || size <= maxBytes;
        }
    }

    /** As much as a container hands out at a time, or more. */
    private static final int BUFFER_SIZE = 16 * 1024;

    private final AsyncContext async;
    private final CountingInput input;
    private final EarlyAnswer answer;
    private final Limits limits;
    private final LongSupplier nanoTime;
    private final long start;
    private final long alreadyRead;
    private final byte[] buffer = new byte[BUFFER_SIZE];
    private final AtomicBoolean ended = new AtomicBoolean();

    private BodyDiscard(
            AsyncContext async, CountingInput input, EarlyAnswer answer, Limits limits, LongSupplier nanoTime) {
        this.async = async;
        this.input = input;
        this.answer = answer;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.alreadyRead = input.count();
    }

    /**
     * Begins, and returns at once.
     *
     * @param request to be made asynchronous, which it must allow
     * @param input its body
     * @param answer of which something may be left to be sent at the end
     */
    static void start(
            HttpServletRequest request, CountingInput input, EarlyAnswer answer, Limits limits, LongSupplier nanoTime) {
        AsyncContext async = request.startAsync();
        async.setTimeout(limits.maxTime);
        var discard = new BodyDiscard(async, input, answer, limits, nanoTime);
        async.addListener(discard);
        try {
            input.setReadListener(discard);
        } catch (IllegalStateException listenerTaken) {
            // By the application, in an earlier asynchronous cycle: the rest is its own.
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
                answer.sendRest();
            } catch (IOException gone) {
                // So is the client, and the container knows.
            } finally {
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
        ended.set(true);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // It is a new cycle of somebody else's.
    }
}
