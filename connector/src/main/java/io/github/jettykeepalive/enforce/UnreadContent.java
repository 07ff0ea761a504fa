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
 * <p>Content the application never asked for is looked at without being lost: what has arrived is kept for it. Content that
 * it has begun to read is its own affair. Not thread-safe, as the reading side of a stream never is.
 */
class UnreadContent extends HttpStream.Wrapper {
    /** As many reads as Jetty itself makes for content nobody wants, {@code maxUnconsumedRequestContentReads}. */
    private static final int READS = 16;

    private boolean untouched;
    private boolean continueOwed;
    private @Nullable Queue<Content.Chunk> ahead;

    UnreadContent(HttpStream stream, boolean hasContent, boolean expectsContinue) {
        super(stream);
        untouched = hasContent;
        continueOwed = expectsContinue;
    }

    /** What the application reads next. */
    @Override
    public final Content.@Nullable Chunk read() {
        untouched = false;
        Content.Chunk kept = ahead == null ? null : ahead.poll();
        Content.Chunk chunk = kept == null ? super.read() : kept;
        continueOwed &= chunk == null || !chunk.hasRemaining();
        return chunk;
    }

    /** The application takes care of the content. */
    @Override
    public final void demand() {
        untouched = false;
        super.demand();
    }

    /** The client was told to go on. */
    final void continued() {
        continueOwed = false;
    }

    /** Whether the client waits for a 100 that it will not get; it may or may not send its content then. */
    final boolean isContinueOwed() {
        return continueOwed;
    }

    /** Whether there is content that nobody has asked for and that has not arrived. */
    final boolean isLeft() {
        if (!untouched) {
            return false;
        }
        untouched = false;
        for (int i = 0; i < READS; i++) {
            Content.Chunk chunk = super.read();
            if (chunk == null || Content.Chunk.isFailure(chunk)) {
                return true;
            }
            boolean last = chunk.isLast();
            keep(chunk);
            if (last) {
                return false;
            }
        }
        return true;
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
