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
import io.github.jettykeepalive.demo.wire.Reply;
import io.github.jettykeepalive.demo.wire.Wire;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A header that arrives one byte at a time, for as long as the server lets it. */
public final class SlowHeader implements Experiment {
    @Override
    public String name() {
        return "slow-header";
    }

    @Override
    public String title() {
        return "The slow header";
    }

    @Override
    public String story() {
        return "A client sends its request header one byte at a time and never finishes. An idle timeout starts anew with"
                + " each byte, so it never fires; a limit for the whole header does, and says 408. Both servers have the"
                + " same timeout here; the client stops by itself after three times that.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("timeout", "Timeout", "ms", 1000, 500, 4000),
                Parameter.number("interval", "A byte every", "ms", 100, 20, 400));
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        String drip = "(printf 'GET / HTTP/1.1\\r\\nX: '; for i in $(seq 150); do printf x; sleep .1; done) | nc ";
        return List.of(drip + addresses.nc(), drip + addresses.stockNc());
    }

    @Override
    public Result run(Run run) throws IOException {
        long timeout = run.number("timeout");
        Setup setup = Setup.DEFAULT.with(Setup.REQUEST_HEADER_TIMEOUT, timeout);
        List<Column> columns = run.both(setup, (target, recorder) -> drip(run, target, recorder));
        Column ours = columns.get(0);
        String verdict = ours.isHere()
                ? "The connection was held: ours " + ours.number("heldMillis") + " ms, stock "
                        + columns.get(1).number("heldMillis") + " ms."
                : ours.verdict();
        return new Result(verdict, columns);
    }

    private static Finding drip(Run run, Target target, Recorder recorder) throws IOException {
        long most = run.number("timeout") * 3L;
        try (Wire wire = Wire.open(run, target, recorder)) {
            double start = recorder.now();
            wire.send("GET /target/hello HTTP/1.1\r\nX-Slow: ");
            recorder.note(wire.id(), "then one byte every " + run.number("interval") + " ms");
            wire.quietly();
            int bytes = 0;
            while (recorder.now() - start < most && !wire.hasNews() && wire.send("x")) {
                bytes++;
                run.pause(run.number("interval"));
            }
            long held = Math.round(recorder.now() - start);
            recorder.span(Integer.toString(wire.id()), "send", bytes + " bytes of header", start);
            boolean ended = held < most;
            Reply reply = wire.loudly().patience(200).read();
            return finding(held, ended, reply, bytes);
        }
    }

    private static Finding finding(long held, boolean ended, Reply reply, int bytes) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("heldMillis", held);
        facts.put("bytes", bytes);
        facts.put("status", reply.status());
        facts.put("stillOpen", !ended);
        String verdict = ended
                ? "Answered " + reply.status() + " and closed after " + held + " ms, whatever dripped in."
                : "Still open after " + held + " ms: each of " + bytes + " bytes bought more time.";
        String score = ended ? reply.status() + " after " + held + " ms" : "still open";
        return new Finding(Mood.goodIf(ended && reply.status() == 408), score, verdict, facts);
    }
}
