package io.github.jettykeepalive.enforce;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The last touch to a response's header, on its way out, where Jetty leaves no other: the version in the status line, the
 * Connection field of Jetty's own errors, and an interim response that must not be seen.
 */
enum HeaderEdit {
    /** An interim response to an HTTP/1.0 client: Jetty believes it sent, RFC 9110 section 15.2 forbids it. */
    SWALLOW {
        @Override
        ByteBuffer[] apply(ByteBuffer[] buffers) {
            for (ByteBuffer buffer : buffers) {
                buffer.position(buffer.limit());
            }
            return buffers;
        }
    },
    /** A response to an HTTP/1.0 client that shall see its own version. */
    HTTP_1_0 {
        @Override
        ByteBuffer[] apply(ByteBuffer[] buffers) {
            ByteBuffer header = buffers[0];
            if (isHeader(header)) {
                header.put(header.position() + MINOR_VERSION, (byte) '0');
            }
            return buffers;
        }
    },
    /** An error that Jetty answers by itself, before there is a request: the connection closes, so it has to say so. */
    CLOSE {
        @Override
        ByteBuffer[] apply(ByteBuffer[] buffers) {
            ByteBuffer header = buffers[0];
            if (!isHeader(header) || saysConnection(header)) {
                return buffers;
            }
            ByteBuffer[] edited = new ByteBuffer[buffers.length + 1];
            // All but the empty line; Jetty must find its own buffer consumed, or it would write the rest again.
            edited[0] = header.slice(header.position(), header.remaining() - 2);
            header.position(header.limit());
            edited[1] = ByteBuffer.wrap(CLOSE_FIELD.getBytes(StandardCharsets.US_ASCII));
            System.arraycopy(buffers, 1, edited, 2, buffers.length - 1);
            return edited;
        }
    };

    private static final String CLOSE_FIELD = "Connection: close\r\n\r\n";
    private static final String START = "HTTP/1.1 ";
    private static final int MINOR_VERSION = START.length() - 2;

    /** What to write instead. */
    abstract ByteBuffer[] apply(ByteBuffer[] buffers);

    /** An HTTP/0.9 response has none. */
    private static boolean isHeader(ByteBuffer buffer) {
        return text(buffer, START.length()).equals(START);
    }

    /** Whether it begins a 1xx response. */
    static boolean isInterim(ByteBuffer buffer) {
        return isHeader(buffer)
                && buffer.remaining() > START.length()
                && buffer.get(buffer.position() + START.length()) == '1';
    }

    private static boolean saysConnection(ByteBuffer header) {
        return text(header, header.remaining()).toLowerCase(Locale.ROOT).contains("\r\nconnection:");
    }

    private static String text(ByteBuffer buffer, int length) {
        byte[] bytes = new byte[Math.min(length, buffer.remaining())];
        buffer.get(buffer.position(), bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
