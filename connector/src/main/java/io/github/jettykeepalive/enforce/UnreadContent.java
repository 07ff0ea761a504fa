package io.github.jettykeepalive.enforce;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream that finds out, when a response is complete, whether request content is still to come, so that the response can
 * say that it is the last.
 *
 * <p>Content that the application has not read is looked at without being lost: what has arrived is kept here, and the
 * application reads it, is called for it, or has it discarded as if it had never left Jetty's stream. The application may read
 * or demand on one thread and respond on another: two may not be in Jetty's stream at once, so whoever reads holds this object's
 * monitor, and whoever demands leaves a note. A request without content does neither.
 */
abstract class UnreadContent extends ForwardingStream {
    /** As many reads as Jetty itself makes for content nobody wants, {@code maxUnconsumedRequestContentReads}. */
    private static final int READS = 16;

    /** Whether there is content of which the application has not seen the end. */
    private boolean unread;

    /** Who is in Jetty's stream with a demand; in the call that answers it, the application may respond. */
    private volatile @Nullable Thread demanding;

    private boolean continueOwed;

    /** What has been read for the application, oldest first; null until there is any. */
    private volatile @Nullable Queue<Content.Chunk> ahead;

    UnreadContent(HttpStream stream, boolean hasContent, boolean expectsContinue) {
        super(stream);
        unread = hasContent;
        continueOwed = expectsContinue;
    }

    /** What the application reads next. */
    @Override
    public final Content.@Nullable Chunk read() {
        return unread ? readUnread() : super.read();
    }

    private synchronized Content.@Nullable Chunk readUnread() {
        Content.Chunk kept = nextAhead();
        Content.Chunk chunk = kept == null ? super.read() : kept;
        // Content that has failed has no end.
        unread = chunk == null || !chunk.isLast() || Content.Chunk.isFailure(chunk);
        continueOwed &= chunk == null || !chunk.hasRemaining();
        return chunk;
    }

    private Content.@Nullable Chunk nextAhead() {
        Queue<Content.Chunk> kept = ahead;
        return kept == null ? null : kept.poll();
    }

    /** The application is called when there is content; at once, from here, if there is already. */
    @Override
    public final void demand() {
        if (!unread) {
            super.demand();
        } else if (isNothingKept()) {
            try {
                super.demand();
            } finally {
                demanding = null;
            }
        } else {
            callForContent();
        }
    }

    private synchronized boolean isNothingKept() {
        Queue<Content.Chunk> kept = ahead;
        boolean nothing = kept == null || kept.isEmpty();
        demanding = nothing ? Thread.currentThread() : null;
        return nothing;
    }

    /** Whether content that was demanded has not arrived, so that the end point is waited on for it. */
    abstract boolean isAwaited();

    /** Calls the application that demands content which is here: what Jetty's stream does when content has arrived. */
    abstract void callForContent();

    /**
     * Nobody wants what is left. It is discarded as Jetty discards what is in its own stream, as much of it, and with what it fails
     * with. Not under the monitor: Jetty may call this with its own lock held.
     */
    @Override
    public final @Nullable Throwable consumeAvailable() {
        if (ahead == null) {
            return super.consumeAvailable();
        }
        Throwable failure = HttpStream.consumeAvailable(new KeptFirst(), configuration());
        release();
        if (failure != null) {
            // For what Jetty's stream makes of it: the connection does not persist.
            super.consumeAvailable();
        }
        return failure;
    }

    /** How much of it is discarded. */
    abstract HttpConfiguration configuration();

    /** What is left, in order. */
    private final class KeptFirst extends ForwardingStream {
        KeptFirst() {
            super(UnreadContent.this.wrapped());
        }

        @Override
        public Content.@Nullable Chunk read() {
            Content.Chunk kept = nextAhead();
            return kept == null ? super.read() : kept;
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
        return unread && isStillToCome();
    }

    private synchronized boolean isStillToCome() {
        Thread other = demanding;
        if (isAwaited() || (other != null && other != Thread.currentThread())) {
            return true;
        }
        for (int i = 0; unread && i < READS; i++) {
            Content.Chunk chunk = super.read();
            if (chunk == null) {
                return true;
            }
            keep(chunk);
            if (chunk.isLast()) {
                return Content.Chunk.isFailure(chunk);
            }
        }
        return unread;
    }

    private void keep(Content.Chunk chunk) {
        Queue<Content.Chunk> kept = ahead;
        if (kept == null) {
            kept = new ConcurrentLinkedQueue<>();
            ahead = kept;
        }
        kept.add(chunk);
    }

    /** Gives back what was read and nobody will ask for. */
    final void release() {
        for (Content.Chunk chunk = nextAhead(); chunk != null; chunk = nextAhead()) {
            chunk.release();
        }
    }
}
