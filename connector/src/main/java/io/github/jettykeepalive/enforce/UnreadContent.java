package io.github.jettykeepalive.enforce;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream that finds out, when a response is complete, whether request content is still to come, so that the response can
 * say that it is the last.
 *
 * <p>Content that the application has not read is looked at without being lost: what has arrived is kept here, and the
 * application reads it, is called for it, or has it discarded as if it had never left Jetty's stream. The application may read
 * on one thread and respond on another, so whoever reads holds this object's monitor; a request without content never does.
 */
abstract class UnreadContent extends ForwardingStream {
    /** As many reads as Jetty itself makes for content nobody wants, {@code maxUnconsumedRequestContentReads}. */
    private static final int READS = 16;

    /** Whether there is content of which the application has not seen the end. */
    private boolean unread;

    /** Whether the application was promised a call when there is more. */
    private boolean awaited;

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
        awaited = false;
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
        if (unread && !awaits()) {
            callForContent();
        } else {
            super.demand();
        }
    }

    /** Whether what the application demands has yet to arrive. */
    private synchronized boolean awaits() {
        Queue<Content.Chunk> kept = ahead;
        awaited = kept == null || kept.isEmpty();
        return awaited;
    }

    /** Calls the application that demands content which is here: what Jetty's stream does when content has arrived. */
    abstract void callForContent();

    /** Nobody wants what is left. Not under the monitor: Jetty may call this with its own lock held. */
    @Override
    public final @Nullable Throwable consumeAvailable() {
        release();
        return super.consumeAvailable();
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
        // Content that is awaited has not arrived, and whoever waits for it is at Jetty's stream.
        for (int i = 0; unread && !awaited && i < READS; i++) {
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
