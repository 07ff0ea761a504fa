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
import io.github.jettykeepalive.demo.wire.Requests;
import io.github.jettykeepalive.demo.wire.Wire;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Nagle's algorithm against delayed acknowledgements. */
public final class SmallWrites implements Experiment {
    @Override
    public String name() {
        return "nagle";
    }

    @Override
    public String title() {
        return "Nagle and the delayed ACK";
    }

    @Override
    public String story() {
        return "A client writes each request in small pieces. With Nagle's algorithm the second piece waits until the first"
                + " is acknowledged; the server's kernel holds that acknowledgement back, hoping for an answer to send it"
                + " with. Both wait, usually 40 ms. TCP_NODELAY ends it, and so does writing a request in one piece.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("requests", "Requests each way", "", 30, 5, 100),
                Parameter.number("pieces", "Pieces of each request", "", 3, 2, 10));
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        return List.of("curl -s '" + addresses.url("/lab/nagle.json") + "?" + parameters.query()
                + "' | tr ',' '\\n' | grep -E 'side|Millis'");
    }

    @Override
    public Result run(Run run) throws IOException {
        List<Column> columns = run.both(Setup.DEFAULT, (target, recorder) -> measure(run, target, recorder));
        Column ours = columns.get(0);
        return new Result(
                ours.isHere()
                        ? "A request in " + run.number("pieces") + " pieces, on ours: "
                                + ours.facts().get("nagleMillis") + " ms with Nagle's algorithm, "
                                + ours.facts().get("noDelayMillis") + " ms with TCP_NODELAY, "
                                + ours.facts().get("onePieceMillis") + " ms in one piece."
                        : ours.verdict(),
                columns);
    }

    private static Finding measure(Run run, Target target, Recorder recorder) throws IOException {
        int pieces = run.number("pieces");
        double nagle = median(run, target, recorder, false, pieces);
        double noDelay = median(run, target, recorder, true, pieces);
        double whole = median(run, target, recorder, false, 1);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("nagleMillis", nagle);
        facts.put("noDelayMillis", noDelay);
        facts.put("onePieceMillis", whole);
        String verdict = nagle > 2 * noDelay + 1
                ? "Nagle's algorithm cost %.1f ms a request (median); TCP_NODELAY brings it to %.2f ms."
                        .formatted(nagle - noDelay, noDelay)
                : "No delay seen here: %.2f ms with Nagle's algorithm, %.2f ms without (median)."
                        .formatted(nagle, noDelay);
        return new Finding(Mood.NEUTRAL, "%.1f → %.1f ms".formatted(nagle, noDelay), verdict, facts);
    }

    private static double median(Run run, Target target, Recorder recorder, boolean noDelay, int pieces)
            throws IOException {
        int requests = run.number("requests");
        double[] times = new double[requests];
        String request = Requests.get(target, "/target/hello", "X-Filler: " + "x".repeat(40));
        try (Wire wire = Wire.open(run, target, recorder)) {
            wire.socket().setTcpNoDelay(noDelay);
            recorder.mark(pieces == 1 ? "one piece" : noDelay ? "TCP_NODELAY" : "Nagle");
            for (int i = 0; i < requests; i++) {
                double start = recorder.now();
                send(wire, request, pieces);
                wire.read();
                times[i] = recorder.now() - start;
                if (i == 0) {
                    wire.quietly();
                }
            }
        }
        Arrays.sort(times);
        return Math.round(times[requests / 2] * 100) / 100.0;
    }

    private static void send(Wire wire, String request, int pieces) {
        int length = (request.length() + pieces - 1) / pieces;
        for (int from = 0; from < request.length(); from += length) {
            wire.send(request.substring(from, Math.min(request.length(), from + length)));
        }
    }
}
