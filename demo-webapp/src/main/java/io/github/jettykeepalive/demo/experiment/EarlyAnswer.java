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
        List<Column> columns = run.both(setup, (target, recorder) -> tries(run, target, recorder));
        return new Result(compare(run.number("tries"), columns.get(0), columns.get(1)), columns);
    }

    private static String compare(int tries, Column ours, Column stock) {
        String there = stock.isHere() ? ", stock " + stock.number("delivered") + " of " + tries : "";
        return "Uploads that ended with the whole answer, and no error before it: ours " + ours.number("delivered")
                + " of " + tries + there + ".";
    }

    private static Finding tries(Run run, Target target, Recorder recorder) throws IOException {
        int tries = run.number("tries");
        int delivered = 0;
        int found = 0;
        OptionalLong before = Kernel.resetsSent();
        for (int i = 0; i < tries; i++) {
            try (Wire wire = Wire.open(run, target, recorder)) {
                Reply reply = upload(run, i == 0 ? wire : wire.quietly(), target);
                boolean whole = reply.status() == 413 && reply.whole();
                delivered += whole && !wire.writeFailed() ? 1 : 0;
                found += whole && wire.writeFailed() ? 1 : 0;
            }
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("tries", tries);
        facts.put("delivered", delivered);
        facts.put("resetWhileSending", tries - delivered);
        facts.put("foundByReadingOn", found);
        Kernel.growth(before).ifPresent(resets -> facts.put("kernelResets", resets));
        boolean all = delivered == tries;
        return new Finding(Mood.goodIf(all), delivered + " / " + tries, verdict(all, facts), facts);
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

    private static String verdict(boolean all, Map<String, Object> facts) {
        String kernel = facts.containsKey("kernelResets")
                ? " The kernel of this machine sent " + facts.get("kernelResets") + " resets meanwhile."
                : "";
        if (all) {
            return "All " + facts.get("tries") + " clients sent on without an error, and got the whole 413." + kernel;
        }
        return facts.get("resetWhileSending") + " of " + facts.get("tries") + " met a reset while sending; of these, "
                + facts.get("foundByReadingOn") + " would find the answer if they read on after the error." + kernel;
    }
}
