package io.github.jettykeepalive.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.zip.CRC32;

/** Contents whose every byte tells its place, and short forms of them. */
final class Text {
    private static final int BRIEF = 24;
    private static final int ALPHABET = 23;

    private Text() {}

    /** The bytes at these places of a content; whatever is lost, doubled or moved shows. */
    static byte[] content(int from, int to) {
        byte[] bytes = new byte[to - from];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + (from + i) % ALPHABET);
        }
        return bytes;
    }

    static String brief(byte[] bytes) {
        return brief(new String(bytes, ISO_8859_1));
    }

    /** The text itself if it is short, else its length and checksum. */
    static String brief(String text) {
        if (text.length() <= BRIEF) {
            return '"' + text.replace("\r", "\\r").replace("\n", "\\n") + '"';
        }
        var checksum = new CRC32();
        checksum.update(text.getBytes(ISO_8859_1));
        return "%d bytes #%08x".formatted(text.length(), checksum.getValue());
    }

    /** The kernel tells whoever asks first of a reset, and all others that the pipe is broken. */
    private static String plain(String message) {
        return message.replaceAll("\\d+/\\d+ ms", "N ms")
                .replaceAll("Connection reset( by peer)?|Broken pipe", "peer gone");
    }

    /** A failure by its class, its message as far as it is the same in every run, and its causes. */
    static String failure(Throwable failure) {
        var text = new StringBuilder(failure.getClass().getSimpleName());
        String message = failure.getMessage();
        if (message != null && message.length() < 80 && !message.contains("@")) {
            text.append('(').append(plain(message)).append(')');
        }
        Throwable cause = failure.getCause();
        return cause == null || cause == failure ? text.toString() : text + " < " + failure(cause);
    }
}
