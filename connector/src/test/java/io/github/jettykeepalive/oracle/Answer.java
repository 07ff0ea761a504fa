package io.github.jettykeepalive.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A response as the client sees it, however odd; one that cannot be read at all has status 0. */
record Answer(
        String version,
        int status,
        String reason,
        Map<String, String> fields,
        Framing framing,
        String body,
        String rest,
        boolean complete) {
    enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        CLOSE
    }

    boolean isInterim() {
        return status / 100 == 1 && status != 101;
    }

    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    boolean says(String name, String token) {
        return List.of(field(name).split(",")).stream()
                .anyMatch(each -> each.strip().equalsIgnoreCase(token));
    }

    boolean saysClose() {
        return says("connection", "close");
    }

    @Override
    public String toString() {
        return version + " " + status + " " + fields + " " + framing + " " + Text.brief(body)
                + (rest.isEmpty() ? "" : " + " + Text.brief(rest)) + (complete ? "" : " incomplete");
    }

    /** Reads all responses in what the client has received, a prefix of the last one included. */
    static List<Answer> parse(String text, List<Episode.Asked> requests, boolean ended) {
        var answers = new ArrayList<Answer>();
        int at = 0;
        int finals = 0;
        while (at < text.length()) {
            boolean head = finals < requests.size() && requests.get(finals).isHead();
            var reader = new Reader(text, at, head, ended);
            Answer answer = reader.read();
            answers.add(answer);
            if (!answer.isInterim()) {
                finals++;
            }
            at = reader.at;
        }
        return answers;
    }

    /** Reads one response from a place in the text. */
    private static final class Reader {
        private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] \\d{3} ");

        private final String text;
        private final boolean head;
        private final boolean ended;
        private int at;

        private Reader(String text, int at, boolean head, boolean ended) {
            this.text = text;
            this.at = at;
            this.head = head;
            this.ended = ended;
        }

        private Answer read() {
            int end = text.indexOf("\r\n\r\n", at);
            String[] lines = end < 0 ? new String[0] : text.substring(at, end).split("\r\n");
            if (end < 0 || !lines[0].matches("HTTP/1\\.[01] \\d{3}.*")) {
                String rest = text.substring(at);
                at = text.length();
                return new Answer("", 0, "", Map.of(), Framing.NONE, rest, "", false);
            }
            at = end + 4;
            var fields = new TreeMap<String, String>();
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                String name = lines[i].substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
                fields.merge(name, lines[i].substring(colon + 1).strip(), (a, b) -> a + ", " + b);
            }
            String[] status = lines[0].split(" ", 3);
            return body(status[0], Integer.parseInt(status[1]), status.length > 2 ? status[2] : "", fields);
        }

        private Answer body(String version, int status, String reason, Map<String, String> fields) {
            // A header that could not be parsed is answered as a GET's.
            boolean unparsed = head && at < text.length() && !text.startsWith("HTTP/", at);
            Framing framing = framing(status, fields, head && !unparsed);
            int from = at;
            switch (framing) {
                case NONE -> {
                    return new Answer(version, status, reason, fields, framing, "", "", true);
                }
                case LENGTH -> {
                    long length = Long.parseLong(fields.get("content-length"));
                    at = endOfBody((int) Math.min(text.length(), from + length));
                    return new Answer(
                            version,
                            status,
                            reason,
                            fields,
                            framing,
                            text.substring(from, at),
                            "",
                            at - from == length);
                }
                case CHUNKED -> {
                    return chunks(version, status, reason, fields);
                }
                default -> {
                    at = endOfBody(text.length());
                    return new Answer(version, status, reason, fields, framing, text.substring(from, at), "", ended);
                }
            }
        }

        /** Where the next response begins, if this one is shorter than its own length, or only a close could have ended it. */
        private int endOfBody(int end) {
            Matcher next = STATUS_LINE.matcher(text).region(at, text.length());
            return next.find() ? Math.min(next.start(), end) : end;
        }

        private static Framing framing(int status, Map<String, String> fields, boolean head) {
            if (head || status / 100 == 1 || status == 204 || status == 304) {
                return Framing.NONE;
            }
            if (fields.getOrDefault("transfer-encoding", "")
                    .toLowerCase(Locale.ROOT)
                    .endsWith("chunked")) {
                return Framing.CHUNKED;
            }
            return fields.getOrDefault("content-length", "").matches("\\d{1,9}") ? Framing.LENGTH : Framing.CLOSE;
        }

        private Answer chunks(String version, int status, String reason, Map<String, String> fields) {
            var body = new StringBuilder();
            while (true) {
                int line = text.indexOf("\r\n", at);
                String size = line < 0 ? "" : text.substring(at, line);
                if (!size.matches("[0-9a-fA-F]{1,7}")) {
                    String rest = text.substring(at);
                    at = text.length();
                    return new Answer(version, status, reason, fields, Framing.CHUNKED, body.toString(), rest, false);
                }
                int length = Integer.parseInt(size, 16);
                int from = line + 2;
                if (length == 0) {
                    int end = text.startsWith("\r\n", from) ? from : text.indexOf("\r\n\r\n", from);
                    boolean complete = end >= 0;
                    int to = end < 0 ? text.length() : end == from ? from + 2 : end + 4;
                    String trailers = text.substring(from, to);
                    at = to;
                    return new Answer(
                            version, status, reason, fields, Framing.CHUNKED, body.toString(), trailers, complete);
                }
                int to = Math.min(text.length(), from + length);
                body.append(text, from, to);
                at = to;
                if (text.startsWith("\r\n", to)) {
                    at = to + 2;
                } else {
                    String rest = text.substring(to);
                    at = text.length();
                    return new Answer(version, status, reason, fields, Framing.CHUNKED, body.toString(), rest, false);
                }
            }
        }
    }
}
