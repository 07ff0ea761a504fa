package io.github.jettykeepalive.oracle;

import io.github.jettykeepalive.oracle.Episode.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A request as a client may send it, cut into segments. */
final class RequestPlan {
    private static final String FORM = "user=me&secret=s3";

    private final Dice dice;
    private final boolean proxied;
    private final String method;
    private final String version;
    private final List<String> fields = new ArrayList<>();
    private final List<Act.Piece> content = new ArrayList<>();
    private final String header;
    private boolean malformed;
    private int length;

    /**
     * A request.
     *
     * @param proxied whether it comes over the PROXY protocol: then it is well-formed, because Jetty reads on beside its own answer to a
     *     bad one there, and loses one in four
     */
    static RequestPlan random(Dice dice, int number, boolean proxied) {
        return new RequestPlan(dice, number, proxied);
    }

    private RequestPlan(Dice dice, int number, boolean proxied) {
        this.dice = dice;
        this.proxied = proxied;
        version = dice.percent(70) ? "HTTP/1.1" : "HTTP/1.0";
        method = dice.percent(2)
                ? "CONNECT"
                : dice.one("GET", "GET", "GET", "HEAD", "POST", "POST", "POST", "POST", "PUT");
        fields.add("Host: localhost");
        connection();
        boolean hasContent = method.startsWith("P") ? dice.percent(92) : dice.percent(4);
        if (hasContent) {
            content();
        }
        if (dice.percent(version.equals("HTTP/1.0") ? 12 : 2)) {
            fields.add(dice.one("Via: 1.0 relay", "Proxy-Connection: keep-alive"));
        }
        boolean tunnel = method.equals("CONNECT");
        if (tunnel) {
            fields.add(Run.NUMBER + ": " + number);
        }
        String target = tunnel ? "localhost:80" : "/x" + number;
        var text = new StringBuilder(method + " " + target + " " + version + "\r\n");
        fields.forEach(field -> text.append(field).append("\r\n"));
        if (dice.percent(2)) {
            String fault = dice.one("Content-Length: x\r\n", "no field\r\n", "Host: other\r\n", "\u0001: \u0002\r\n");
            malformed = !proxied;
            text.append(proxied ? "" : fault);
        }
        header = text.append("\r\n").toString();
    }

    private void connection() {
        boolean old = version.equals("HTTP/1.0");
        if (dice.percent(old ? 65 : 40)) {
            fields.add("Connection: "
                    + dice.one(
                            "keep-alive",
                            "keep-alive",
                            "keep-alive",
                            "Keep-Alive, Foo",
                            "close",
                            "close",
                            "foo",
                            "keep-alive, close"));
        }
        if (dice.percent(4)) {
            fields.add("Keep-Alive: " + dice.one("timeout=5", "max=1", "timeout=1, max=5", "nonsense"));
        }
    }

    private void content() {
        if (dice.percent(8)) {
            String expectation = dice.one("100-continue", "100-continue", "100-continue", "something");
            fields.add("Expect: " + (proxied ? "100-continue" : expectation));
        }
        if (dice.percent(6)) {
            fields.add("Content-Type: application/x-www-form-urlencoded");
            fields.add("Content-Length: " + FORM.length());
            content.add(new Act.Words(FORM));
            length = FORM.length();
            return;
        }
        length = dice.one(0, 1, 10, 10, 10, 100, 100, 100, 1000, 3000, 3000, 20_000, 20_000, 200_000);
        if (dice.percent(version.equals("HTTP/1.0") ? 4 : 30)) {
            fields.add("Transfer-Encoding: chunked");
            chunks();
        } else {
            fields.add("Content-Length: " + length);
            content.add(new Act.Content(0, length));
        }
    }

    private void chunks() {
        int at = 0;
        while (at < length) {
            int to = Math.min(length, at + Math.max(1, length / dice.one(1, 1, 2, 3)));
            content.add(new Act.Words(Integer.toHexString(to - at) + "\r\n"));
            content.add(new Act.Content(at, to));
            content.add(new Act.Words("\r\n"));
            at = to;
        }
        if (dice.percent(4) && !proxied) {
            malformed = true;
            content.add(new Act.Words("zz\r\n"));
        }
        content.add(new Act.Words(dice.percent(15) ? "0\r\nX-Sent: behind\r\n\r\n" : "0\r\n\r\n"));
    }

    boolean hasContent() {
        return !content.isEmpty();
    }

    int length() {
        return length;
    }

    Asked asked(boolean whole) {
        return new Asked(method, version, List.copyOf(fields), malformed, length, whole);
    }

    /** The request in one segment or a few. */
    List<List<Act.Piece>> segments() {
        var pieces = new ArrayList<Act.Piece>();
        pieces.add(new Act.Words(header));
        pieces.addAll(content);
        int size = pieces.stream().mapToInt(piece -> piece.bytes().length).sum();
        var cuts = new TreeSet<Integer>();
        for (int i = dice.one(0, 0, 1, 1, 1, 2, 3); i > 0; i--) {
            int rest = size - header.length();
            cuts.add(dice.one(
                    header.length(),
                    header.length(),
                    header.length() + dice.below(rest + 1),
                    header.length() + dice.below(rest + 1),
                    size - 1 - dice.below(5),
                    1 + dice.below(header.length() - 1)));
        }
        var segments = new ArrayList<List<Act.Piece>>();
        int at = 0;
        for (int cut : cuts) {
            if (cut > at && cut < size) {
                segments.add(cut(pieces, at, cut));
                at = cut;
            }
        }
        segments.add(cut(pieces, at, size));
        return segments;
    }

    /** The number of the segment with the end of the header. */
    int segmentOfHeaderEnd(List<List<Act.Piece>> segments) {
        int sent = 0;
        for (int i = 0; i < segments.size(); i++) {
            sent += segments.get(i).stream()
                    .mapToInt(piece -> piece.bytes().length)
                    .sum();
            if (sent >= header.length()) {
                return i;
            }
        }
        return segments.size();
    }

    private static List<Act.Piece> cut(List<Act.Piece> pieces, int from, int to) {
        var part = new ArrayList<Act.Piece>();
        int at = 0;
        for (Act.Piece piece : pieces) {
            int size = piece.bytes().length;
            int first = Math.max(from, at) - at;
            int last = Math.min(to, at + size) - at;
            if (first < last) {
                part.add(
                        piece instanceof Act.Words words
                                ? new Act.Words(words.text().substring(first, last))
                                : slice((Act.Content) piece, first, last));
            }
            at += size;
        }
        return List.copyOf(part);
    }

    private static Act.Piece slice(Act.Content content, int first, int last) {
        return new Act.Content(content.from() + first, content.from() + last);
    }
}
