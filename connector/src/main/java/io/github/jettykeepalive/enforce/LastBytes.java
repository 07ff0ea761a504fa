package io.github.jettykeepalive.enforce;

import java.nio.ByteBuffer;

/**
 * The last bytes that came: whether they were the end of a header. Where a request without content is complete and they
 * were not, the next request has begun already (RFC 9112 section 9.3.2).
 *
 * <p>Not thread-safe, as the reading side of a connection never is.
 */
final class LastBytes {
    private static final int LF_LF = '\n' << 8 | '\n';
    private static final int LF_CR_LF = '\n' << 16 | '\r' << 8 | '\n';

    /** Four of them, the latest lowest. */
    private int bytes;

    /** So many bytes were put at the end of the buffer. */
    void add(ByteBuffer buffer, int count) {
        int end = buffer.limit();
        for (int i = end - Math.min(count, Integer.BYTES); i < end; i++) {
            bytes = bytes << 8 | (buffer.get(i) & 0xff);
        }
    }

    /** Whether they belong to a header that goes on. RFC 9112 section 2.2: a lone LF ends a line too. */
    boolean areWithinHeader() {
        // None came through us if what Jetty found out about the protocol had read them.
        return bytes != 0 && (bytes & 0xffff) != LF_LF && (bytes & 0xffffff) != LF_CR_LF;
    }
}
