package io.github.jettykeepalive.oracle;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.Trailers;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A request, as a handler program has it. */
final class CoreExchange {
    /** A reader that finds nothing so often in a row is not waiting, it spins. */
    private static final int SPINS = 500;

    final Run run;
    final Request request;
    final Response response;
    final Callback callback;
    final InputStream input;
    final AtomicInteger written = new AtomicInteger();
    volatile boolean handled = true;
    volatile CoreStep.Deliberate thrown;

    private final String name;
    private final Thread handling = Thread.currentThread();
    private final CountDownLatch returned = new CountDownLatch(1);
    private final AtomicInteger nothing = new AtomicInteger();
    private final AtomicInteger taken = new AtomicInteger();

    /** Whether some of it was taken as it came. */
    private volatile boolean pieced;

    /** Which parts of the content the blocking stream has been given and has not given away: from and to. */
    private final Deque<int[]> streamed = new ConcurrentLinkedDeque<>();

    CoreExchange(Run run, int number, Request request, Response response, Callback callback) {
        this.run = run;
        this.request = request;
        this.response = response;
        this.callback = callback;
        name = "x" + number + ".";
        input = Content.Source.asInputStream(new Counting());
        run.atEnd(input);
    }

    /** Plays this exchange's turns on this thread, and those aside on another. */
    boolean handle(int number) throws CoreStep.Deliberate {
        var main = new Actor<>(this, run, Turn.OfHandler.actor(number, false));
        var aside = new Actor<>(this, run, Turn.OfHandler.actor(number, true));
        if (aside.hasTurns()) {
            run.execute(aside::resume);
        }
        try {
            main.resume();
            if (thrown != null) {
                throw thrown;
            }
            return handled;
        } finally {
            returned.countDown();
        }
    }

    boolean isInHandle() {
        return Thread.currentThread() == handling && returned.getCount() > 0;
    }

    void awaitReturn() {
        try {
            returned.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException x) {
            Thread.currentThread().interrupt();
        }
    }

    void note(String lane, String event) {
        run.witness.add(name + lane, event);
    }

    /** Reads once, and gives up on a content that has nothing over and over. */
    Content.Chunk read() {
        Content.Chunk chunk = request.read();
        if (chunk != null) {
            nothing.set(0);
            taken.addAndGet(chunk.remaining());
        } else if (nothing.incrementAndGet() > SPINS) {
            return Content.Chunk.from(new IllegalStateException("spins"), true);
        }
        return chunk;
    }

    /** The chunk that was read last: that its content goes on where the last one ended, not how much of it comes at once. */
    String describe(Content.Chunk chunk) {
        if (chunk == null) {
            return "nothing";
        }
        if (Content.Chunk.isFailure(chunk)) {
            return failure(chunk);
        }
        byte[] bytes = new byte[chunk.remaining()];
        pieced |= bytes.length > 0;
        chunk.getByteBuffer().slice().get(bytes);
        String content = bytes.length > 0 && isContent(bytes, taken.get()) ? "content" : Text.brief(bytes);
        String trailers =
                chunk instanceof Trailers of ? " " + of.getTrailers().asString().strip() : "";
        return content + (chunk.isLast() ? " last" : "") + trailers;
    }

    /** What was read in one piece or several up to now: where that content ends, not how much of it was left to be read. */
    String describe(byte[] bytes) {
        return isContent(bytes, taken.get()) ? "to " + taken : Text.brief(bytes);
    }

    /** What the blocking stream gave: as much as was asked for, if a piece of any size has not left less, or all. */
    String describeStreamed(byte[] bytes, boolean all) {
        var expected = new ByteArrayOutputStream();
        int end = 0;
        while (expected.size() < bytes.length && !streamed.isEmpty()) {
            int[] part = streamed.poll();
            int to = Math.min(part[1], part[0] + bytes.length - expected.size());
            expected.writeBytes(Text.content(part[0], to));
            end = to;
            if (to < part[1]) {
                streamed.addFirst(new int[] {to, part[1]});
            }
        }
        if (!Arrays.equals(bytes, expected.toByteArray())) {
            return Text.brief(bytes);
        }
        if (all) {
            return "to " + (bytes.length == 0 ? taken.get() : end);
        }
        return pieced ? "content" : bytes.length + " bytes of content";
    }

    private static boolean isContent(byte[] bytes, int to) {
        return Arrays.equals(bytes, Text.content(to - bytes.length, to));
    }

    static String failure(Content.Chunk chunk) {
        return (chunk.isLast() ? "failure " : "transient failure ") + Text.failure(chunk.getFailure());
    }

    /** The request's content for a blocking stream. */
    private final class Counting implements Content.Source {
        @Override
        public Content.Chunk read() {
            Content.Chunk chunk = CoreExchange.this.read();
            if (chunk != null && chunk.hasRemaining()) {
                streamed.add(new int[] {taken.get() - chunk.remaining(), taken.get()});
            }
            return chunk;
        }

        @Override
        public void demand(Runnable demandCallback) {
            request.demand(demandCallback);
        }

        @Override
        public void fail(Throwable failure) {
            // The stream is closed only to give back what it holds, when the exchange is long over.
        }
    }
}
