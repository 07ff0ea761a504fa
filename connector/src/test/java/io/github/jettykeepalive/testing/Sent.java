package io.github.jettykeepalive.testing;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What became of something a client sent.
 *
 * @param bytes how many bytes, head included, the socket took without an error
 * @param error the write error that stopped it, {@code null} if everything went out
 */
public record Sent(long bytes, @Nullable IOException error) {

    /** Whether every byte was taken. */
    public boolean complete() {
        return error == null;
    }
}
