package io.github.jettykeepalive.demo.experiment;

import io.github.jettykeepalive.demo.lab.Addresses;
import io.github.jettykeepalive.demo.lab.Column;
import io.github.jettykeepalive.demo.lab.Experiment;
import io.github.jettykeepalive.demo.lab.Finding;
import io.github.jettykeepalive.demo.lab.Mood;
import io.github.jettykeepalive.demo.lab.Parameter;
import io.github.jettykeepalive.demo.lab.Parameters;
import io.github.jettykeepalive.demo.lab.Recorder;
import io.github.jettykeepalive.demo.lab.Result;
import io.github.jettykeepalive.demo.lab.Run;
import io.github.jettykeepalive.demo.lab.Setup;
import io.github.jettykeepalive.demo.lab.Side;
import io.github.jettykeepalive.demo.lab.Target;
import io.github.jettykeepalive.demo.wire.Kernel;
import io.github.jettykeepalive.demo.wire.Reply;
import io.github.jettykeepalive.demo.wire.Wire;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The upload that is refused before it has arrived: does the client learn why? */
public final class EarlyAnswer implements Experiment {
    private static final int MEGABYTE = 1_000_000;

    @Override
    public String name() {
        return "413";
    }

    @Override
    public String title() {
        return "The early 413";
    }

    @Override
    public String story() {
        return "A client uploads more than the server wants. The server says 413 at once, without reading the rest, and"
                + " closes. If it closes both directions, the bytes still on their way meet a closed socket, the kernel"
                + " answers them with a reset, and the client sees “connection reset” instead of the answer. A lingering"
                + " close sends FIN, then reads and drops the rest until the client is done.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("size", "Upload", "MB", 20, 1, 50),
                Parameter.number("tries", "Tries", "", 10, 1, 30),
                Parameter.choice("framing", "Framing", "length", "chunked"),
                Parameter.choice("tls", "TLS", "off", "on"));
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        String upload = "head -c " + parameters.number("size") + "000000 /dev/zero | curl -sS -o /dev/null"
                + " -w '%{http_code}\\n' -H Expect: -X POST -T - http://";
        return List.of(
                upload + addresses.ours() + addresses.context() + "/target/refuse",
                upload + addresses.stock() + addresses.context() + "/target/refuse");
    }

    @Override
    public Result run(Run run) throws IOException {
        Setup setup = run.word("tls").equals("on") ? Setup.ofTls() : Setup.DEFAULT;
        Column ours = run.column(Side.OURS, "Jetty Keep-Alive", setup, (target, recorder) -> tries(run, target, recorder));
        Column stock = run.column(Side.STOCK, "stock Jetty", setup, (target, recorder) -> tries(run, target, recorder));
        return new Result(compare(run.number("tries"), ours, stock), List.of(ours, stock));
    }

    private static String compare(int tries, Column ours, Column stock) {
        String there = stock.mood() == Mood.MISSING ? "" : ", stock " + delivered(stock) + " of " + tries;
        return "Answers that reached a client which had not finished sending: ours " + delivered(ours) + " of " + tries
                + there + ".";
    }

    private static long delivered(Column column) {
        return column.facts().get("delivered") instanceof Number number ? number.longValue() : 0;
    }

    private static Finding tries(Run run, Target target, Recorder recorder) throws IOException {
        int tries = run.number("tries");
        int delivered = 0;
        int writeErrors = 0;
        OptionalLong before = Kernel.resetsSent();
        for (int i = 0; i < tries; i++) {
            try (Wire wire = Wire.open(run, target, recorder)) {
                Reply reply = upload(run, i == 0 ? wire : wire.quietly(), target);
                delivered += reply.status() == 413 && reply.whole() && !wire.writeFailed() ? 1 : 0;
                writeErrors += wire.writeFailed() ? 1 : 0;
            }
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("tries", tries);
        facts.put("delivered", delivered);
        facts.put("writeErrors", writeErrors);
        Kernel.growth(before).ifPresent(resets -> facts.put("kernelResets", resets));
        return new Finding(Mood.goodIf(delivered == tries), verdict(facts), facts);
    }

    private static Reply upload(Run run, Wire wire, Target target) throws IOException {
        boolean chunked = run.word("framing").equals("chunked");
        long bytes = (long) run.number("size") * MEGABYTE;
        String length = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + bytes;
        wire.send("POST " + target.path("/target/refuse") + " HTTP/1.1\r\nHost: " + target.host() + "\r\n" + length
                + "\r\n\r\n");
        wire.sendFiller(bytes, chunked);
        Reply reply = wire.read();
        if (!wire.writeFailed() && reply.whole()) {
            wire.awaitEnd();
        }
        return reply;
    }

    private static String verdict(Map<String, Object> facts) {
        String kernel = facts.containsKey("kernelResets")
                ? "; the kernel sent " + facts.get("kernelResets") + " resets"
                : "";
        return facts.get("delivered") + " of " + facts.get("tries") + " clients got the whole 413, "
                + facts.get("writeErrors") + " met a reset" + kernel + ".";
    }
}
