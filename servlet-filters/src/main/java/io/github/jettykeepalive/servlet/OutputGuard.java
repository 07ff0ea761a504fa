package io.github.jettykeepalive.servlet;

import java.io.Closeable;
import java.io.IOException;

/**
 * What {@link GuardedOutput} and {@link GuardedWriter} ask before they pass a call on to the container's stream or
 * writer. Both ask on every call, so the answers must be cheap.
 */
interface OutputGuard {
    /**
     * Called before every write.
     *
     * @return false to drop what is written
     */
    boolean mayWrite() throws IOException;

    /**
     * Called before every write to a stream, in place of {@link #mayWrite()}.
     *
     * @param bytes to be written
     * @return false to drop them
     */
    default boolean mayWrite(int bytes) throws IOException {
        return mayWrite();
    }

    /**
     * Called after every write to a stream.
     *
     * @param output the container's stream
     */
    default void wrote(Closeable output) throws IOException {}

    /**
     * Called before every flush.
     *
     * @return false to ignore it
     */
    boolean mayFlush() throws IOException;

    /**
     * Called before every close.
     *
     * @param output the container's stream or writer
     * @return false to leave it open
     */
    boolean mayClose(Closeable output) throws IOException;
}
