package io.github.jettykeepalive.servlet;

/** What a {@link MeasuredBody} holds back, and against what. Asked in the middle of a response, so it must be cheap. */
interface HoldingPolicy {
    /** The largest body to hold, in bytes; a larger one passes through. */
    int maxBytes();

    /** Whether to hold a body of which nothing was written yet. */
    boolean isWanted();

    /** Whether to go on holding although the application flushes. */
    boolean ignoresFlush();

    /** Whether to keep the container's response open until the filter chain has returned, whoever closes it before. */
    boolean ignoresClose();
}
