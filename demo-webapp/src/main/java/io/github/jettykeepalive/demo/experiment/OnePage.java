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
import io.github.jettykeepalive.demo.wire.DelayRelay;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One page with images, fetched in the five ways of the classic text. */
public final class OnePage implements Experiment {
    @Override
    public String name() {
        return "page";
    }

    @Override
    public String title() {
        return "One page, five ways";
    }

    @Override
    public String story() {
        return "A page and its images over a line with a long round trip: one connection after another; several at once; one"
                + " that is kept; several that are kept; and one down which all requests are sent before the first answer"
                + " comes. Look at the amber: that is what a connection costs before it carries anything.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("images", "Images", "", 6, 1, 20),
                Parameter.number("rtt", "Round trip", "ms", 40, 0, 200),
                Parameter.number("size", "Each image", "kB", 8, 1, 200),
                Parameter.number("parallel", "Connections at once", "", 4, 2, 8));
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        String image = "{1.." + parameters.number("images") + "}";
        return List.of(
                "time curl -s -o /dev/null '"
                        + addresses.url("/target/hello?n=[1-" + parameters.number("images") + "]'"),
                "time (for i in " + image + "; do curl -s -o /dev/null " + addresses.url("/target/hello") + "; done)");
    }

    @Override
    public Result run(Run run) throws IOException {
        List<Column> columns = run.both(Setup.DEFAULT, (target, recorder) -> load(run, target, recorder));
        Column ours = columns.get(0);
        return new Result(
                ours.isHere()
                        ? "On ours the page took " + ours.number("serialMillis") + " ms one by one, "
                                + ours.number("parallelMillis") + " in parallel, " + ours.number("persistentMillis")
                                + " on one kept connection, " + ours.number("parallelPersistentMillis")
                                + " on several, "
                                + ours.number("pipelinedMillis") + " pipelined."
                        : ours.verdict(),
                columns);
    }

    private static Finding load(Run run, Target target, Recorder recorder) throws IOException {
        try (DelayRelay line = run.keep(new DelayRelay(target::connect, run.number("rtt")))) {
            PageLoad load = new PageLoad(run, target, recorder, line::connect);
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("serialMillis", load.time("serial", load::serial));
            facts.put("parallelMillis", load.time("parallel", load::parallel));
            facts.put("persistentMillis", load.time("persistent", load::persistent));
            facts.put("parallelPersistentMillis", load.time("parallel, persistent", load::parallelPersistent));
            facts.put("pipelinedMillis", load.time("pipelined", load::pipelined));
            facts.put("connections", recorder.connections());
            facts.put("incomplete", load.incomplete());
            return finding(facts, load.incomplete());
        }
    }

    private static Finding finding(Map<String, Object> facts, int incomplete) {
        String fastest = "serial";
        for (String way : List.of("parallel", "persistent", "parallelPersistent", "pipelined")) {
            fastest = millis(facts, way) < millis(facts, fastest) ? way : fastest;
        }
        double times = (double) millis(facts, "serial") / Math.max(1, millis(facts, fastest));
        return new Finding(
                incomplete == 0 ? Mood.NEUTRAL : Mood.BAD,
                "%.1f × faster".formatted(times),
                "Fastest: %s, in %d ms; one connection after another took %.1f times as long."
                        .formatted(
                                fastest.equals("parallelPersistent") ? "parallel and persistent" : fastest,
                                millis(facts, fastest),
                                times),
                facts);
    }

    private static long millis(Map<String, Object> facts, String way) {
        return facts.get(way + "Millis") instanceof Number number ? number.longValue() : 0;
    }
}
