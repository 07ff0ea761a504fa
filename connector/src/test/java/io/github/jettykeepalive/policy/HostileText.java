package io.github.jettykeepalive.policy;

import java.util.Random;
import java.util.stream.LongStream;

/** Seeded field values, near enough to the real ones to get far into a parser. All characters fit a byte, as on the wire. */
final class HostileText {
    /** How many values a seed stands for. */
    static final int VALUES = 500;

    private static final String[] PIECES = {
        "close",
        "keep-alive",
        "Keep-Alive",
        "KEEP-ALIVE",
        "CLOSE",
        "clos",
        "keepalive",
        "keep-",
        "-alive",
        "timeout",
        "Timeout",
        "TIMEOUT",
        "max",
        "MAX",
        "=",
        "=",
        "==",
        ",",
        ",",
        ",,",
        ";",
        " ",
        " ",
        "\t",
        "\"",
        "0",
        "1",
        "9",
        "00",
        "42",
        "-1",
        "+1",
        "999999999",
        "1000000000",
        "2147483648",
        "\0",
        "\r\n",
        "\u001f",
        "\u0085",
        "\u00a0",
        "\u00e9",
        "\u00b2",
        "\u00ff"
    };

    private final Random random;

    HostileText(long seed) {
        random = new Random(seed);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 20);
    }

    String next() {
        StringBuilder text = new StringBuilder();
        for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
            text.append(random.nextInt(20) > 0 ? PIECES[random.nextInt(PIECES.length)] : (char) random.nextInt(256));
        }
        return text.toString();
    }
}
