package io.github.jettykeepalive.hostile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Makes up requests, most of them wrong in one way.
 *
 * <p>Wherever there is content, or something that could be taken for it, there is a decoy in it: a whole request for
 * {@link Witness#DECOY}, which nobody has sent and nobody may serve.
 */
final class Messages {
    private static final String CRLF = "\r\n";

    private final Random random;
    private final String connection;
    private final boolean crossed;
    private int made;

    /**
     * @param connection goes into every id, so that no two connections have one in common
     * @param crossed whether to keep to requests that turn out bad while an application deals with them on other threads
     */
    Messages(Random random, String connection, boolean crossed) {
        this.random = random;
        this.connection = connection;
        this.crossed = crossed;
    }

    /** Any request. */
    Message next() {
        made++;
        int kind = random.nextInt(10);
        int good = crossed ? 4 : 6;
        return kind < good
                ? pick(GOOD).apply(this)
                : kind < good + 2
                        ? pick(ODD).apply(this)
                        : pick(crossed ? CROSSED : WRONG).apply(this);
    }

    private static final List<Function<Messages, Message>> GOOD = List.of(
            Messages::get,
            Messages::get,
            Messages::withLength,
            Messages::withLength,
            Messages::withChunks,
            Messages::withChunks,
            Messages::namesEverything,
            Messages::http10,
            Messages::expects,
            Messages::says,
            Messages::afterEmptyLines);

    private static final List<Function<Messages, Message>> ODD = List.of(
            m -> m.odd("X-A: b\n"),
            m -> m.odd("X-A: b\r\n folded\r\n"),
            m -> m.odd("X-A : b\r\n"),
            m -> m.odd("Host: another\r\n"),
            m -> m.odd("Connection: Host, X-A, Content-Length, Transfer-Encoding\r\n"),
            m -> m.odd("Connection: close, keep-alive\r\nConnection: ,,, ;=\r\n"),
            m -> m.odd("Keep-Alive: timeout=99999999999999999999, max=-1\r\n"),
            m -> m.odd("Keep-Alive: max=0, timeout=0,,=;\r\nConnection: keep-alive\r\n"),
            m -> m.odd("Upgrade: h2c, websocket\r\nConnection: Upgrade\r\n"),
            m -> m.odd("Expect: something else\r\n"),
            m -> m.odd("X-A: " + "b".repeat(7000) + CRLF),
            m -> m.odd("X-" + "a".repeat(7000) + ": b\r\n"),
            m -> m.odd("X-A: \u00ff\u0080\r\n"),
            m -> m.odd("Cookie: \"; =; a=b; \\\r\n"),
            m -> m.odd("Content-Length: 0\r\nContent-Length: 0\r\n"),
            m -> m.line("BREW /%s HTTP/1.1"),
            m -> m.line("GET http://elsewhere/%s HTTP/1.1"),
            m -> m.line("GET /%s?%%zz%%00=..;/../ HTTP/1.1"),
            m -> m.line("GET /%s/../x HTTP/1.1"),
            m -> m.line("GET  /%s HTTP/1.1"),
            m -> m.line("get /%s http/1.1"),
            m -> m.line("GET /%s HTTP/1.7"));

    private static final List<Function<Messages, Message>> WRONG = List.of(
            m -> m.framed("Content-Length: -5\r\n"),
            m -> m.framed("Content-Length: 5x\r\n"),
            m -> m.framed("Content-Length: 99999999999999999999\r\n"),
            m -> m.framed("Content-Length: 3\r\nContent-Length: 4\r\n"),
            m -> m.framed("Content-Length: 3, 4\r\n"),
            m -> m.framed("Transfer-Encoding: chunked, gzip\r\n"),
            m -> m.framed("Transfer-Encoding: identity\r\n"),
            m -> m.framed("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
            m -> m.framed("X\u0000: a\r\n"),
            m -> m.framed("X-A: \u0000\r\n"),
            m -> m.framed("X-A: a\rb\r\n"),
            m -> m.framed(": nameless\r\n"),
            m -> m.framed(m.fields(10_000)),
            m -> m.framed("X-A: " + "b".repeat(40_000) + CRLF),
            Messages::lengthAndChunks,
            Messages::chunksIn10,
            Messages::shortLength,
            Messages::longLength,
            Messages::badChunks,
            m -> m.bad(" \r\n" + m.decoy()),
            m -> m.bad("\u0000\u0001\u0002" + m.decoy()),
            m -> m.bad("\u0016\u0003\u0001\u0002\u0000\u0001" + m.decoy()),
            m -> m.bad("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + m.decoy()),
            m -> m.bad("GET /" + "u".repeat(20_000) + " HTTP/1.1\r\n\r\n" + m.decoy()),
            m -> m.bad("M".repeat(9_000) + " / HTTP/1.1\r\n\r\n" + m.decoy()),
            m -> m.bad("GET /" + m.path("read") + " HTTP/9.9\r\nHost: a\r\n\r\n" + m.decoy()),
            m -> m.bad("GET /" + m.path("read") + "\r\n\r\n" + m.decoy()),
            m -> m.bad("GET /" + m.path("read") + " HTTP/1.1\r\nX-A: b\r\n\r\n" + m.decoy()));

    /** Bad from where the content is read. */
    private static final List<Function<Messages, Message>> CROSSED =
            List.of(Messages::badChunks, Messages::badChunks, Messages::longLength, Messages::shortLength);

    // --- well formed

    private Message get() {
        return Message.good(id(), request("GET"), "");
    }

    private Message withLength() {
        String content = content();
        return Message.good(id(), request("POST", "Content-Length: " + content.length()), content);
    }

    private Message withChunks() {
        return Message.good(id(), request("POST", "Transfer-Encoding: chunked"), chunks(content()));
    }

    private Message namesEverything() {
        String all =
                "Connection: keep-alive, TE, Foo, Keep-Alive, Trailer, X-A, Upgrade-Insecure-Requests, Proxy-Connection";
        return Message.good(id(), request("GET", all, "TE: trailers, deflate;q=0.5", "X-A: b"), "");
    }

    private Message http10() {
        String content = content();
        String asks = random.nextBoolean() ? "Connection: Keep-Alive" : "X-A: b";
        String head = request("POST", "Content-Length: " + content.length(), asks);
        return Message.good(id(), head.replaceFirst("HTTP/1.1", "HTTP/1.0"), content);
    }

    private Message expects() {
        String content = content();
        String head = request("POST", "Expect: 100-continue", "Content-Length: " + content.length());
        return Message.good(id(), head, content);
    }

    private Message says() {
        String what = random.nextBoolean() ? "close" : "keep-alive";
        return Message.good(id(), request("HEAD", "Connection: " + what, "Keep-Alive: timeout=3, max=5"), "");
    }

    private Message afterEmptyLines() {
        return Message.good(id(), CRLF.repeat(1 + random.nextInt(3)) + request("OPTIONS"), "");
    }

    // --- odd

    private Message odd(String fields) {
        String head = request("GET");
        return Message.odd(id(), head.substring(0, head.length() - 2) + fields + CRLF, "");
    }

    private Message line(String line) {
        String target = path(mode());
        return Message.odd(id(), line.formatted(target) + CRLF + "Host: localhost" + CRLF + CRLF, "");
    }

    // --- wrong

    /** A field that nobody can agree on, and then something that looks like content in every framing. */
    private Message framed(String fields) {
        String head = request("POST");
        String whole = head.substring(0, head.length() - 2) + fields + CRLF;
        return new Message(id(), whole, chunks(decoy()), Message.Fate.REFUSED, true);
    }

    /** Request smuggling's favourite: RFC 9112 section 6.1 has the server close after it, if it serves it at all. */
    private Message lengthAndChunks() {
        String rest = "0" + CRLF + CRLF + decoy();
        String head = request("POST", "Content-Length: " + rest.length(), "Transfer-Encoding: chunked");
        return Message.final_(id(), head, rest);
    }

    private Message chunksIn10() {
        String head = request("POST", "Transfer-Encoding: chunked", "Connection: keep-alive");
        String rest = chunks(decoy()) + decoy();
        return new Message(id(), head.replaceFirst("HTTP/1.1", "HTTP/1.0"), rest, Message.Fate.REFUSED, true);
    }

    private Message shortLength() {
        String head = request("POST", "Content-Length: 3");
        return Message.final_(id(), head, "abc\u0000" + decoy());
    }

    private Message longLength() {
        String head = request("POST", "Content-Length: 100000");
        return Message.final_(id(), head, decoy().repeat(1 + random.nextInt(3)));
    }

    private Message badChunks() {
        String rest = pick(List.of(
                "x" + CRLF,
                "-1" + CRLF,
                "FFFFFFFFFFFFFFFFF" + CRLF,
                "7FFFFFFFFFFFFFFF" + CRLF,
                "0x5" + CRLF,
                "5" + CRLF + "abcdefg" + CRLF,
                "3;" + "e".repeat(20_000) + "=1" + CRLF + "abc" + CRLF,
                "3 a" + CRLF + "abc" + CRLF,
                "3" + CRLF + "abc" + CRLF + "0" + CRLF + "Bad trailer" + CRLF + "\u0000" + CRLF,
                "3;a=\"" + CRLF + "abc" + CRLF));
        return Message.final_(id(), request("POST", "Transfer-Encoding: chunked"), rest + decoy());
    }

    private Message bad(String bytes) {
        return Message.bad(id(), bytes);
    }

    // --- parts

    private String id() {
        return connection + "-" + made;
    }

    private String mode() {
        return pick(crossed ? Witness.CROSSED : Witness.MODES);
    }

    private String path(String mode) {
        return id() + "/" + mode;
    }

    private String request(String method, String... fields) {
        var lines = new ArrayList<>(List.of(fields));
        lines.add("Host: localhost");
        for (int i = random.nextInt(4); i > 0; i--) {
            lines.add(
                    pick(List.of("X-Empty:", "X-Wide:  \t a  ", "Accept: */*", "Accept: a/b;q=0.3", "User-Agent: x")));
        }
        Collections.shuffle(lines, random);
        String line = method + " /" + path(mode()) + " HTTP/1.1";
        return line + CRLF + String.join(CRLF, lines) + CRLF + CRLF;
    }

    /** What content holds is nobody's business; this holds requests. */
    private String content() {
        int decoys = random.nextInt(4);
        return decoy().repeat(decoys) + "x".repeat(random.nextInt(20)) + (random.nextInt(8) == 0 ? big() : "");
    }

    private String big() {
        return decoy().repeat(1000);
    }

    private String decoy() {
        return CRLF + "GET " + Witness.DECOY + " HTTP/1.1" + CRLF + "Host: decoy" + CRLF + CRLF;
    }

    private String fields(int count) {
        var fields = new StringBuilder();
        for (int i = 0; i < count; i++) {
            fields.append("X-").append(i).append(": ").append(i).append(CRLF);
        }
        return fields.toString();
    }

    private String chunks(String content) {
        var chunks = new StringBuilder();
        for (int from = 0; from < content.length(); ) {
            int to = Math.min(content.length(), from + 1 + random.nextInt(content.length() > 1000 ? 4000 : 20));
            String zeros = "0".repeat(random.nextInt(4));
            chunks.append(zeros).append(Integer.toHexString(to - from)).append(extension());
            chunks.append(CRLF).append(content, from, to).append(CRLF);
            from = to;
        }
        String trailers = random.nextInt(4) == 0 ? "X-Trailer: b" + CRLF : "";
        return chunks.append("0")
                .append(extension())
                .append(CRLF)
                .append(trailers)
                .append(CRLF)
                .toString();
    }

    private String extension() {
        return random.nextInt(3) > 0 ? "" : pick(List.of(";a", ";a=b", ";a=\"b;c\"", ";a=b;c;d=\"\\\"\"", " ; a = b"));
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
