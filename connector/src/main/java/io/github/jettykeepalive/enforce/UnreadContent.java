package io.github.jettykeepalive.enforce;

import java.util.ArrayDeque;
import java.util.Queue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream that finds out, when a response is complete, whether request content is still to come, so that the response can
 * say that it is the last.
 *
 * <p>Content the application has not read is looked at without being lost: what has arrived is kept for it. Content that it
 * waits for is its own affair. The application may read on one thread and respond on another, so whoever looks at content
 * holds this object's monitor; a request without content never does.
 */
class UnreadContent extends HttpStream.Wrapper {
    /** As many reads as Jetty itself makes for content nobody wants, {@code maxUnconsumedRequestContentReads}. */
    private static final int READS = 16;

    /** Whether there is content of which the application has not seen the end. */
    private boolean unread;

    /** Whether the application was promised a call when there is more. */
    private boolean awaited;

    private boolean continueOwed;
    private @Nullable Queue<Content.Chunk> ahead;

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
        Content.Chunk kept = ahead == null ? null : ahead.poll();
        Content.Chunk chunk = kept == null ? super.read() : kept;
        unread = chunk == null || !chunk.isLast();
        continueOwed &= chunk == null || !chunk.hasRemaining();
        return chunk;
    }

    /** The application takes care of the content; the answer to this may be a call of it from here. */
    @Override
    public final void demand() {
        if (unread) {
            await();
        }
        super.demand();
    }

    private synchronized void await() {
        awaited = true;
    }

    /** The client was told to go on. */
    final void continued() {
        continueOwed = false;
    }

    /** Whether the client waits for a 100 that it will not get; it may or may not send its content then. */
    final boolean isContinueOwed() {
        return continueOwed;
    }

    /** Whether there is content that nobody waits for and that has not arrived. */
    final boolean isLeft() {
        return unread && isStillToCome();
    }

    private synchronized boolean isStillToCome() {
        for (int i = 0; unread && !awaited && i < READS; i++) {
            Content.Chunk chunk = super.read();
            if (chunk == null || Content.Chunk.isFailure(chunk)) {
                return true;
            }
            keep(chunk);
            if (chunk.isLast()) {
                return false;
            }
        }
        return unread && !awaited;
    }

    private void keep(Content.Chunk chunk) {
        if (ahead == null) {
            ahead = new ArrayDeque<>();
        }
        ahead.add(chunk);
    }

    /** The exchange is over. */
    final void release() {
        if (ahead != null) {
            ahead.forEach(Content.Chunk::release);
            ahead = null;
        }
    }
}
