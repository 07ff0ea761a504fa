package io.github.jettykeepalive.testing;

import io.github.jettykeepalive.testing.RawResponse.Framing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads one response off the wire, strictly: what is not HTTP/1.x (RFC 9112) fails the test. */
final class ResponseReader {
    private final WireInput input;
    private final StringBuilder body = new StringBuilder();

    ResponseReader(WireInput input) {
        this.input = input;
    }

    /**
     * @param bodiless whether the request was a HEAD
     */
    RawResponse read(boolean bodiless) {
        String[] statusLine = readLine().split(" ", 3);
        if (statusLine.length != 3 || !statusLine[0].matches("HTTP/1\\.[01]") || !statusLine[1].matches("\\d{3}")) {
            throw new AssertionError("not a status line: " + Transcript.quote(String.join(" ", statusLine)));
        }
        int status = Integer.parseInt(statusLine[1]);
        var fields = readFields();
        var bare = new RawResponse(status, statusLine[0], statusLine[2], fields, "", Framing.NONE, true);
        Framing framing = bodiless || hasNoBody(status) ? Framing.NONE : framing(bare);
        boolean complete = readBody(framing, bare);
        return new RawResponse(status, statusLine[0], statusLine[2], fields, body.toString(), framing, complete);
    }

    private static boolean hasNoBody(int status) {
        return status < 200 || status == 204 || status == 304;
    }

    private static Framing framing(RawResponse response) {
        String coding = response.field("Transfer-Encoding").orElse("").toLowerCase(Locale.ROOT);
        if (coding.endsWith("chunked")) {
            return Framing.CHUNKED;
        }
        return response.field("Content-Length").isPresent() ? Framing.CONTENT_LENGTH : Framing.CLOSE;
    }

    private boolean readBody(Framing framing, RawResponse response) {
        return switch (framing) {
            case NONE -> true;
            case CONTENT_LENGTH ->
                readBytes(Long.parseLong(response.field("Content-Length").orElseThrow()));
            case CHUNKED -> readChunks();
            case CLOSE -> !readBytes(Long.MAX_VALUE) && input.end() == End.FIN;
        };
    }

    private boolean readBytes(long count) {
        String read = input.readText(count);
        body.append(read);
        return read.length() == count;
    }

    /** Reads chunks up to the last one and its trailers; false if the connection ended before. */
    private boolean readChunks() {
        while (input.available()) {
            long size = Long.parseLong(readLine().split(";", 2)[0], 16);
            if (size == 0) {
                readFields();
                return true;
            }
            if (!readBytes(size) || !input.available()) {
                return false;
            }
            expectEmpty(readLine());
        }
        return false;
    }

    private List<Map.Entry<String, String>> readFields() {
        var fields = new ArrayList<Map.Entry<String, String>>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            String[] parts = line.split(":", 2);
            if (parts.length != 2) {
                throw new AssertionError("not a field: " + Transcript.quote(line));
            }
            fields.add(Map.entry(parts[0], parts[1].strip()));
        }
        return List.copyOf(fields);
    }

    /** The text up to the next CRLF. */
    private String readLine() {
        var line = new StringBuilder();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                String read = Transcript.quote(line.toString());
                throw new AssertionError(
                        "expected a response, but the input ended with " + input.end() + " after " + read);
            }
            line.append((char) next);
        }
        int end = line.length() - 1;
        if (end < 0 || line.charAt(end) != '\r') {
            throw new AssertionError("a line ends without CR: " + Transcript.quote(line.toString()));
        }
        return line.substring(0, end);
    }

    private static void expectEmpty(String line) {
        if (!line.isEmpty()) {
            throw new AssertionError("expected the end of a chunk, but found " + Transcript.quote(line));
        }
    }
}
