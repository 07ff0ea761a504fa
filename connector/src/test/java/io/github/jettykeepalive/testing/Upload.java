package io.github.jettykeepalive.testing;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Writing on a thread of its own, so that a server that does not read can neither block a test nor hide it. */
public final class Upload {
    private static final int BLOCK = 64 * 1024;

    private Upload() {}

    /** Writes what is to be sent. */
    @FunctionalInterface
    public interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    /** So many bytes of nothing in particular. */
    public static Writer bytes(long size) {
        return out -> writeBlocks(out, size, false);
    }

    /**
     * A POST to {@code /upload} with its body.
     *
     * @param chunked whether in chunks of 64 KiB, without a length
     * @param version {@code HTTP/1.1} or {@code HTTP/1.0}
     */
    public static Writer post(long size, boolean chunked, String version) {
        String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + size;
        String head = "POST /upload " + version + "\r\nHost: localhost\r\n" + framing + "\r\n\r\n";
        return out -> {
            out.write(ascii(head));
            writeBlocks(out, size, chunked);
            if (chunked) {
                out.write(ascii("0\r\n\r\n"));
            }
        };
    }

    private static void writeBlocks(OutputStream out, long size, boolean chunked) throws IOException {
        for (long left = size; left > 0; left -= BLOCK) {
            String data = "x".repeat((int) Math.min(left, BLOCK));
            out.write(ascii(chunked ? Integer.toHexString(data.length()) + "\r\n" + data + "\r\n" : data));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static CompletableFuture<Sent> start(OutputStream out, Writer writer) {
        return InBackground.supply(() -> write(new Counting(out), writer));
    }

    private static Sent write(Counting out, Writer writer) {
        try {
            writer.writeTo(out);
            return new Sent(out.count, null);
        } catch (IOException x) {
            return new Sent(out.count, x);
        }
    }

    static Sent await(CompletableFuture<Sent> sending, Duration patience) {
        try {
            return sending.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException x) {
            throw new AssertionError("not sent within " + patience.toMillis() + " ms: the server does not read", x);
        } catch (ExecutionException x) {
            throw new AssertionError("the writer failed", x.getCause());
        } catch (InterruptedException x) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", x);
        }
    }

    private static final class Counting extends FilterOutputStream {
        private long count;

        private Counting(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }
    }
}
