package io.github.jettykeepalive.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** One thing that the client does. */
sealed interface Act {
    void play(Client client) throws IOException;

    /** What is sent: text as it is, or content by its places. */
    sealed interface Piece {
        byte[] bytes();
    }

    record Words(String text) implements Piece {
        @Override
        public byte[] bytes() {
            return text.getBytes(ISO_8859_1);
        }

        @Override
        public String toString() {
            return '"' + text.replace("\r", "\\r").replace("\n", "\\n") + '"';
        }
    }

    record Content(int from, int to) implements Piece {
        @Override
        public byte[] bytes() {
            return Text.content(from, to);
        }
    }

    /** Sends these pieces in one segment, as far as the kernel goes along. */
    record Send(List<Piece> pieces) implements Act {
        @Override
        public void play(Client client) {
            var bytes = new ByteArrayOutputStream();
            for (Piece piece : pieces) {
                bytes.writeBytes(piece.bytes());
            }
            client.send(bytes.toByteArray());
        }

        int size() {
            return pieces.stream().mapToInt(piece -> piece.bytes().length).sum();
        }
    }

    /** Reads until one more final response is complete, or the connection ends. */
    record ReadResponse() implements Act {
        @Override
        public void play(Client client) throws IOException {
            client.readResponse();
        }
    }

    /** Reads until so many more bytes have come, or the connection ends. */
    record ReadBytes(int count) implements Act {
        @Override
        public void play(Client client) throws IOException {
            client.readBytes(count);
        }
    }

    record Silence(int millis) implements Act {
        @Override
        public void play(Client client) {
            client.pause(millis);
        }
    }

    record HalfClose() implements Act {
        @Override
        public void play(Client client) throws IOException {
            client.halfClose();
        }
    }

    record Reset() implements Act {
        @Override
        public void play(Client client) throws IOException {
            client.reset();
        }
    }
}
