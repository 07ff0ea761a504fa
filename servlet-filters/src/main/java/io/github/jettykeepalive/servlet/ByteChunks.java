package io.github.jettykeepalive.servlet;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that are collected and then handed on once. They are copied on the way in and never again: what is full is not
 * copied to something larger, it is followed by another chunk.
 */
final class ByteChunks {
    /** Most small answers fit; each further chunk doubles what is held, so there are few. */
    private static final int FIRST_CHUNK = 4096;

    private final List<byte[]> full = new ArrayList<>();
    private byte[] current = new byte[0];
    private int used;
    private int size;

    int size() {
        return size;
    }

    void append(byte[] bytes, int offset, int length) {
        int fits = Math.min(length, current.length - used);
        System.arraycopy(bytes, offset, current, used, fits);
        used += fits;
        size += fits;
        if (fits < length) {
            int rest = length - fits;
            startChunk(Math.max(rest, Math.max(size, FIRST_CHUNK)));
            append(bytes, offset + fits, rest);
        }
    }

    private void startChunk(int length) {
        if (used > 0) {
            full.add(current);
        }
        current = new byte[length];
        used = 0;
    }

    void clear() {
        full.clear();
        current = new byte[0];
        used = 0;
        size = 0;
    }

    /** Hands everything on, in order, and forgets it. */
    void moveTo(OutputStream target) throws IOException {
        for (byte[] chunk : full) {
            target.write(chunk, 0, chunk.length);
        }
        target.write(current, 0, used);
        clear();
    }
}
