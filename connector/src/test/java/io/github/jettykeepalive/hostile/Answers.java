package io.github.jettykeepalive.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All that a peer has read from a connection, taken apart strictly: what is not HTTP/1.x fails. */
final class Answers {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) [^\r\n]*\r\n");
    private static final Pattern FIELD = Pattern.compile("([!-9;-~]+):[ \t]*([^\r\n]*)\r\n");
    private static final Pattern SIZE = Pattern.compile("([0-9A-Fa-f]+)[^\r\n]*\r\n");

    /**
     * One final response.
     *
     * @param id of the request the application answered, null if it never saw one
     * @param close whether it says that it is the last
     * @param kept whether it promises that it is not
     * @param complete whether it reached the end that its framing announced
     * @param unframed whether its end is that of the connection
     */
    record Answer(int status, @Nullable String id, boolean close, boolean kept, boolean complete, boolean unframed) {}

    private final String text;
    private final IntPredicate answersHead;
    private final List<Answer> answers = new ArrayList<>();
    private int at;

    private Answers(String text, IntPredicate answersHead) {
        this.text = text;
        this.answersHead = answersHead;
    }

    /**
     * The final responses in a text that ends wherever the connection did.
     *
     * @param answersHead whether the response with that index, from 0, has no body whatever it announces
     */
    static List<Answer> parse(String text, IntPredicate answersHead) {
        var parser = new Answers(text, answersHead);
        while (parser.at < text.length() && parser.readOne()) {
            // Until the text is over or breaks off.
        }
        return parser.answers;
    }

    /** False if the text ends within it. */
    private boolean readOne() {
        int end = text.indexOf("\r\n\r\n", at);
        Matcher line = STATUS.matcher(text).region(at, end < 0 ? text.length() : end + 2);
        if (!line.lookingAt()) {
            if (end < 0 && "HTTP/1.1 ".startsWith(text.substring(at, Math.min(at + 5, text.length())))) {
                return false;
            }
            throw new AssertionError("not a response at " + at + " of: " + text);
        }
        if (end < 0) {
            return false;
        }
        int status = Integer.parseInt(line.group(1));
        String id = null;
        String connection = "";
        String length = null;
        boolean chunked = false;
        boolean bodiless = status < 200 || status == 204 || status == 304;
        Matcher field = FIELD.matcher(text);
        for (at = line.end(); at < end + 2; at = field.end()) {
            if (!field.region(at, end + 2).lookingAt()) {
                throw new AssertionError("not a field at " + at + " of: " + text);
            }
            String value = field.group(2);
            switch (field.group(1).toLowerCase(Locale.ROOT)) {
                case "x-id" -> id = value;
                case "connection" -> connection += "," + value.toLowerCase(Locale.ROOT);
                case "content-length" -> length = value;
                case "transfer-encoding" -> chunked = true;
                default -> {}
            }
        }
        at = end + 4;
        if (length != null && chunked) {
            throw new AssertionError("framed twice: " + text);
        }
        // A HEAD that is refused is not always known for one.
        bodiless |= answersHead.test(answers.size()) && (id != null || !text.startsWith("<html>", at));
        if (status < 200) {
            return true;
        }
        boolean unframed = !bodiless && !chunked && length == null;
        boolean complete = bodiless || (chunked ? readChunks() : readBytes(length));
        boolean close = connection.contains("close");
        answers.add(new Answer(status, id, close, connection.contains("keep-alive"), complete, unframed));
        return complete && !unframed;
    }

    private boolean readBytes(@Nullable String length) {
        long end = length == null ? text.length() : at + Long.parseLong(length);
        at = (int) Math.min(end, text.length());
        return at == end;
    }

    private boolean readChunks() {
        Matcher line = SIZE.matcher(text);
        while (line.region(at, text.length()).lookingAt()) {
            int size = Integer.parseInt(line.group(1), 16);
            at = line.end() + size;
            if (size == 0) {
                int end = text.indexOf("\r\n", at);
                if (end > at) {
                    throw new AssertionError("unexpected trailers: " + text);
                }
                at = end < 0 ? text.length() : end + 2;
                return end >= 0;
            }
            if (at + 2 > text.length()) {
                break;
            }
            if (!text.startsWith("\r\n", at)) {
                throw new AssertionError("a chunk does not end at " + at + " of: " + text);
            }
            at += 2;
        }
        at = text.length();
        return false;
    }
}
