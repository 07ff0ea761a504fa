package io.github.jettykeepalive.enforce;

import java.util.ArrayDeque;
import java.util.Queue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, when a response is complete, whether request content is still to come, so that the response can say that it is
 * the last.
 *
 * <p>Content the application never asked for is looked at without being lost: what has arrived is kept for it. Content that
 * it has begun to read is its own affair. Not thread-safe, as the reading side of a stream never is.
 */
final class UnreadContent {
    /** As many reads as Jetty itself makes for content nobody wants, {@code maxUnconsumedRequestContentReads}. */
    private static final int READS = 16;

    private final HttpStream stream;
    private boolean untouched;
    private boolean continueOwed;
    private @Nullable Queue<Content.Chunk> ahead;

    UnreadContent(HttpStream stream, boolean hasContent, boolean expectsContinue) {
        this.stream = stream;
        untouched = hasContent;
        continueOwed = expectsContinue;
    }

    /** What the application reads next. */
    Content.@Nullable Chunk read() {
        untouched = false;
        Content.Chunk kept = ahead == null ? null : ahead.poll();
        Content.Chunk chunk = kept == null ? stream.read() : kept;
        continueOwed &= chunk == null || !chunk.hasRemaining();
        return chunk;
    }

    /** The application takes care of the content. */
    void touched() {
        untouched = false;
    }

    /** The client was told to go on. */
    void continued() {
        continueOwed = false;
    }

    /** Whether the client waits for a 100 that it will not get; it may or may not send its content then. */
    boolean isContinueOwed() {
        return continueOwed;
    }

    /** Whether there is content that nobody has asked for and that has not arrived. */
    boolean isLeft() {
        if (!untouched) {
            return false;
        }
        untouched = false;
        for (int i = 0; i < READS; i++) {
            Content.Chunk chunk = stream.read();
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
    void release() {
        if (ahead != null) {
            ahead.forEach(Content.Chunk::release);
            ahead = null;
        }
    }
}
