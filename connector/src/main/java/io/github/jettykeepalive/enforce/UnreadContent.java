package io.github.jettykeepalive.enforce;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.Retainable;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * A stream that finds out, when a response is complete, whether request content is still to come, so that the response can
 * say that it is the last.
 *
 * <p>Content that the application has not read is looked at without being lost: what has arrived is kept here, and the
 * application reads it, is called for it, or has it discarded as if it had never left Jetty's stream.
 *
 * <p>Jetty's stream is for one thread at a time, and Jetty's own writes never read. Ours do: an application may read, demand or end
 * the exchange on one thread while it writes on another. So whoever is in Jetty's stream holds a lock, or has left a note if it may
 * call the application from there, and after the end of the exchange nobody looks. A request without content needs none of it.
 */
abstract class UnreadContent extends ForwardingStream {
    /** More than this is not kept where Jetty would discard without a bound, which costs it no memory. */
    private static final int MOST_BYTES = 1024 * 1024;

    /**
     * How long to wait for a look of another thread, in milliseconds: it never blocks, unless it has met malformed content and waits
     * for a lock of Jetty's that this thread holds. Then Jetty's stream has come to its end, and reading is harmless.
     */
    private static final long LOOK = 1000;

    private final @Nullable ReentrantLock lock;

    /** Whether there is content of which the application has not seen the end. */
    private boolean unread;

    /** Who is in Jetty's stream with a demand; in the call that answers it, the application may respond. */
    private volatile @Nullable Thread demanding;

    private boolean continueOwed;

    /** The exchange has ended: what is in Jetty's stream now is of another. Under the lock. */
    private boolean over;

    /** What has been read for the application, oldest first; null until there is any. */
    private volatile @Nullable Queue<Content.Chunk> ahead;

    UnreadContent(HttpStream stream, boolean hasContent, boolean expectsContinue) {
        super(stream);
        lock = hasContent ? new ReentrantLock() : null;
        unread = hasContent;
        continueOwed = expectsContinue;
    }

    /** What the application reads next. */
    @Override
    public final Content.@Nullable Chunk read() {
        if (!unread || lock == null) {
            return super.read();
        }
        lock.lock();
        try {
            return readNext();
        } finally {
            lock.unlock();
        }
    }

    private Content.@Nullable Chunk readNext() {
        Content.Chunk kept = nextAhead();
        Content.Chunk chunk = kept == null ? super.read() : kept;
        // Content that has failed has no end.
        unread = chunk == null || !chunk.isLast() || Content.Chunk.isFailure(chunk);
        continueOwed &= chunk == null || !chunk.hasRemaining();
        return chunk;
    }

    private Content.@Nullable Chunk nextAhead() {
        Queue<Content.Chunk> kept = ahead;
        Content.Chunk next = poll(kept);
        if (next != null && Content.Chunk.isFailure(next, true)) {
            // Whoever reads on meets it again, as in Jetty's stream.
            keep(Content.Chunk.next(next));
        }
        return next;
    }

    private boolean isNothingAhead() {
        Queue<Content.Chunk> kept = ahead;
        return kept == null || kept.isEmpty();
    }

    /** The application is called when there is content; at once, from here, if there is already. */
    @Override
    public final void demand() {
        if (!unread || lock == null) {
            super.demand();
        } else if (isToBeAwaited(lock)) {
            try {
                super.demand();
            } finally {
                demanding = null;
            }
        } else {
            callForContent();
        }
    }

    private boolean isToBeAwaited(ReentrantLock held) {
        held.lock();
        try {
            boolean nothing = isNothingAhead();
            demanding = nothing ? Thread.currentThread() : null;
            return nothing;
        } finally {
            held.unlock();
        }
    }

    /** Whether content that was demanded has not arrived, so that the end point is waited on for it. */
    abstract boolean isAwaited();

    /** Calls the application that demands content which is here: what Jetty's stream does when content has arrived. */
    abstract void callForContent();

    /**
     * Nobody wants what is left. It is discarded by Jetty, or if some of it is here as Jetty discards, as much of it, and with what it
     * fails with. A client that has sent its content does not wait for a 100. Jetty may call this with its own lock held.
     */
    @Override
    public final @Nullable Throwable consumeAvailable() {
        if (!unread || lock == null) {
            return super.consumeAvailable();
        }
        boolean locked = tryLock(lock);
        try {
            // Content was looked at for a response that is complete and has said what becomes of the connection.
            Throwable failure = isNothingAhead() ? super.consumeAvailable() : discard();
            if (failure == null) {
                unread = false;
                continueOwed = false;
            }
            return failure;
        } finally {
            if (locked) {
                lock.unlock();
            }
        }
    }

    /** As Jetty's stream does it: if the end does not come, the content ends with the failure for all who ask for more. */
    private @Nullable Throwable discard() {
        Throwable failure = HttpStream.consumeAvailable(new Rest(), configuration());
        if (failure != null) {
            releaseAhead();
            keep(Content.Chunk.from(failure, true));
        }
        return failure;
    }

    private static boolean tryLock(ReentrantLock lock) {
        try {
            return lock.tryLock(LOOK, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** How much of it is discarded. */
    abstract HttpConfiguration configuration();

    /** What is left, in order. */
    private final class Rest extends ForwardingStream {
        Rest() {
            super(UnreadContent.this);
        }

        @Override
        public Content.@Nullable Chunk read() {
            return readNext();
        }
    }

    /** The client was told to go on. */
    final void continued() {
        continueOwed = false;
    }

    /** Whether the client waits for a 100 that it will not get; it may or may not send its content then. */
    final boolean isContinueOwed() {
        return continueOwed;
    }

    /** Whether there is content that has not arrived. The application may still read it, but the client has been answered. */
    final boolean isLeft() {
        if (!unread || lock == null) {
            return false;
        }
        lock.lock();
        try {
            return over || isStillToCome();
        } finally {
            lock.unlock();
        }
    }

    private boolean isStillToCome() {
        Thread other = demanding;
        if (isAwaited() || (other != null && other != Thread.currentThread())) {
            return true;
        }
        int reads = configuration().getMaxUnconsumedRequestContentReads();
        int bytes = 0;
        for (int i = 0; unread && (reads < 0 ? bytes < MOST_BYTES : i < reads); i++) {
            Content.Chunk chunk = super.read();
            if (chunk == null) {
                return true;
            }
            bytes += chunk.remaining();
            keep(copy(chunk));
            if (chunk.isLast()) {
                return Content.Chunk.isFailure(chunk);
            }
        }
        return unread;
    }

    /**
     * Not of Jetty's buffer, which it would read around while a piece of it is kept: the content would come in more and smaller
     * pieces than Jetty itself meets, and sooner be more of them than it discards.
     */
    private static Content.Chunk copy(Content.Chunk chunk) {
        if (!chunk.hasRemaining()) {
            return chunk;
        }
        ByteBuffer bytes = ByteBuffer.wrap(BufferUtil.toArray(chunk.getByteBuffer()));
        boolean last = chunk.isLast();
        chunk.release();
        return Content.Chunk.asChunk(bytes, last, new Retainable.ReferenceCounter());
    }

    private void keep(Content.Chunk chunk) {
        Queue<Content.Chunk> kept = ahead;
        if (kept == null) {
            kept = new ConcurrentLinkedQueue<>();
            ahead = kept;
        }
        kept.add(chunk);
    }

    /** The exchange has ended: what was read and nobody will ask for is given back, and nothing more is read. */
    final void release() {
        if (lock == null) {
            return;
        }
        lock.lock();
        try {
            over = true;
            releaseAhead();
        } finally {
            lock.unlock();
        }
    }

    private void releaseAhead() {
        Queue<Content.Chunk> kept = ahead;
        for (Content.Chunk chunk = poll(kept); chunk != null; chunk = poll(kept)) {
            chunk.release();
        }
    }

    private static Content.@Nullable Chunk poll(@Nullable Queue<Content.Chunk> kept) {
        return kept == null ? null : kept.poll();
    }
}
