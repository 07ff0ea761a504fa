package io.github.jettykeepalive.demo.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one response, and keeps what came when the connection ends within it. */
final class ReplyReader {
    private static final int LONGEST_LINE = 16 * 1024;
    private static final int LONGEST_BODY = 4 * 1024 * 1024;

    private final InputStream in;
    private final boolean head;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final List<Map.Entry<String, String>> fields = new ArrayList<>();
    private String statusLine = "";
    private End end = End.OPEN;

    ReplyReader(InputStream in, boolean head) {
        this.in = in;
        this.head = head;
    }

    Reply read() {
        String delimiter = "none";
        boolean whole = false;
        try {
            String line = line();
            if (line != null) {
                statusLine = line;
                readFields();
                delimiter = delimiter();
                whole = readBody(delimiter);
            }
        } catch (SocketTimeoutException e) {
            end = End.SILENCE;
        } catch (IOException e) {
            end = End.RESET;
        }
        return new Reply(
                statusLine, List.copyOf(fields), body.toString(StandardCharsets.ISO_8859_1), whole, delimiter, end);
    }

    private void readFields() throws IOException {
        for (String line = line(); line != null && !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.add(Map.entry(
                        line.substring(0, colon), line.substring(colon + 1).strip()));
            }
        }
    }

    private String delimiter() {
        if (head || statusLine.matches("HTTP/1\\.. (1\\d\\d|204|304).*")) {
            return "none";
        }
        if (value("Transfer-Encoding").equalsIgnoreCase("chunked")) {
            return "chunked";
        }
        return value("Content-Length").isEmpty() ? "close" : "length";
    }

    private String value(String name) {
        return fields.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private boolean readBody(String delimiter) throws IOException {
        return switch (delimiter) {
            case "length" -> copy(Long.parseLong(value("Content-Length")));
            case "chunked" -> readChunks();
            case "close" -> !copy(LONGEST_BODY) && end == End.FIN;
            default -> end == End.OPEN;
        };
    }

    private boolean readChunks() throws IOException {
        while (true) {
            String size = line();
            if (size == null) {
                return false;
            }
            long length = Long.parseLong(size.strip(), 16);
            if (!copy(length) || line() == null) {
                return false;
            }
            if (length == 0) {
                return true;
            }
        }
    }

    /** True if so many bytes came. */
    private boolean copy(long length) throws IOException {
        byte[] buffer = new byte[8192];
        for (long left = length; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                end = End.FIN;
                return false;
            }
            if (body.size() < LONGEST_BODY) {
                body.write(buffer, 0, read);
            }
            left -= read;
        }
        return true;
    }

    /** Null at the end of the connection. */
    private @Nullable String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                end = End.FIN;
                return null;
            }
            if (b != '\r' && line.size() < LONGEST_LINE) {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
