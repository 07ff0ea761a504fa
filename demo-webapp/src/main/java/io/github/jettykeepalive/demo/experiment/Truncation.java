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
import io.github.jettykeepalive.demo.wire.Requests;
import io.github.jettykeepalive.demo.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A response fails half way: does the client notice? */
public final class Truncation implements Experiment {
    private static final String BREAK = "/target/break?pieces=";

    /**
     * One way to mark the end of a response.
     *
     * @param fact what it is called among the facts
     */
    private record Way(String fact, String version, String query, List<String> fields) {}

    private static final List<Way> WAYS = List.of(
            new Way("contentLength", "1.1", "&length=1", List.of()),
            new Way("chunked", "1.1", "", List.of()),
            new Way("http11ThatSaysClose", "1.1", "", List.of("Connection: close")),
            new Way("http10DelimitedByClose", "1.0", "", List.of()));

    @Override
    public String name() {
        return "truncation";
    }

    @Override
    public String title() {
        return "Truncated, and nobody noticed";
    }

    @Override
    public String story() {
        return "The application fails half way through a response. With a Content-Length the client can count, in chunks it"
                + " misses the last one. But where the close itself marks the end, half a response that is closed in order"
                + " looks whole. There only a reset, or chunks, can tell the truth.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.number("pieces", "Pieces, half of them sent", "", 10, 2, 1000));
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        String path = BREAK + parameters.number("pieces");
        return List.of(
                "curl -0 " + addresses.url(path) + "; echo \"curl says $?\"",
                "curl -0 http://" + addresses.stock() + path + "; echo \"curl says $?\"");
    }

    @Override
    public Result run(Run run) throws IOException {
        List<Column> columns = run.both(Setup.DEFAULT, (target, recorder) -> all(run, target, recorder));
        Column stock = columns.get(1);
        String there = stock.isHere() ? ", stock " + stock.number("takenForWhole") : "";
        return new Result(
                "Half responses that clients took for whole ones, of " + WAYS.size() + ": ours "
                        + columns.get(0).number("takenForWhole") + there + ".",
                columns);
    }

    private static Finding all(Run run, Target target, Recorder recorder) throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        List<String> taken = new ArrayList<>();
        facts.put("takenForWhole", 0);
        for (Way way : WAYS) {
            Reply reply = fetch(run, target, recorder, way);
            facts.put(way.fact(), (reply.whole() ? "taken for whole" : "noticed") + " (" + reply.end() + ")");
            if (reply.whole() || reply.status() != 200) {
                taken.add("HTTP/" + way.version() + ", delimited by " + reply.delimiter());
            }
        }
        facts.put("takenForWhole", taken.size());
        String verdict = taken.isEmpty()
                ? "Every client noticed that its response was cut off."
                : "Half a response was taken for a whole one: " + String.join("; ", taken) + ".";
        String score = WAYS.size() - taken.size() + " / " + WAYS.size() + " noticed";
        return new Finding(Mood.goodIf(taken.isEmpty()), score, verdict, facts);
    }

    private static Reply fetch(Run run, Target target, Recorder recorder, Way way) throws IOException {
        try (Wire wire = Wire.open(run, target, recorder)) {
            String path = BREAK + run.number("pieces") + way.query();
            wire.send(Requests.head("GET", target, path, way.version(), way.fields()));
            Reply reply = wire.read();
            recorder.note(
                    wire.id(), reply.whole() ? "✗ the client takes it for whole" : "✓ the client sees it is cut off");
            return reply;
        }
    }
}
