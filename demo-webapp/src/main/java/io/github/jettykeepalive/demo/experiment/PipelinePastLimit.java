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
import io.github.jettykeepalive.demo.web.Executions;
import io.github.jettykeepalive.demo.wire.End;
import io.github.jettykeepalive.demo.wire.Reply;
import io.github.jettykeepalive.demo.wire.Requests;
import io.github.jettykeepalive.demo.wire.Wire;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Pipelined requests beyond the last allowed one, and a POST behind them. */
public final class PipelinePastLimit implements Experiment {
    @Override
    public String name() {
        return "pipeline";
    }

    @Override
    public String title() {
        return "Pipelining past the limit";
    }

    @Override
    public String story() {
        return "A client pipelines GETs and, behind them, a POST, without waiting for answers. The connection ends before"
                + " that: ours by maxRequests, stock Jetty by an application that says close. The requests within the limit"
                + " are owed their answers. The POST must not be executed: its client will never hear of it, and will"
                + " send it again.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("requests", "GETs", "", 20, 1, 200),
                Parameter.number("limit", "Allowed on one connection", "", 5, 1, 200),
                Parameter.number("size", "Each answer", "kB", 300, 1, 500),
                Parameter.number("post", "The POST's body", "kB", 8000, 1, 20000));
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        String path = addresses.context() + "/target/hello?maxRequests=" + parameters.number("limit");
        return List.of("(for i in $(seq " + parameters.number("requests") + "); do printf 'GET " + path
                + " HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'; done; sleep 1) | nc " + addresses.nc()
                + " | grep -c '^HTTP/1.1 200'");
    }

    @Override
    public Result run(Run run) throws IOException {
        Column ours =
                run.column(Side.OURS, Setup.DEFAULT, (target, recorder) -> pipeline(run, target, recorder, Side.OURS));
        Column stock = run.column(
                Side.STOCK, Setup.DEFAULT, (target, recorder) -> pipeline(run, target, recorder, Side.STOCK));
        String there = stock.isHere() ? ", stock " + brief(stock) : "";
        return new Result(
                "Of " + owed(run) + " answers owed arrived: ours " + brief(ours) + there + ".", List.of(ours, stock));
    }

    private static String brief(Column column) {
        return column.number("answers") + " (then " + column.facts().get("end") + ")";
    }

    private static int owed(Run run) {
        return Math.min(run.number("requests"), run.number("limit"));
    }

    private static Finding pipeline(Run run, Target target, Recorder recorder, Side side) throws IOException {
        String key = UUID.randomUUID().toString();
        int answers = 0;
        try (Wire wire = Wire.open(run, target, recorder)) {
            boolean sent = send(run, target, wire, side, key);
            End end = End.OPEN;
            while (end == End.OPEN && answers <= run.number("requests")) {
                Reply reply = wire.patience(3000).read();
                answers += reply.status() == 200 && reply.whole() ? 1 : 0;
                end = reply.end();
            }
            return finding(run, answers, end, sent, Executions.count(key));
        }
    }

    /** All of it before anything is read; false if a write failed. */
    private static boolean send(Run run, Target target, Wire wire, Side side, String key) {
        int limit = run.number("limit");
        StringBuilder requests = new StringBuilder();
        for (int i = 1; i <= run.number("requests"); i++) {
            String end = side == Side.STOCK && i == limit ? "?close=1" : "?maxRequests=" + limit;
            requests.append(Requests.get(target, "/target/hello" + end + "&size=" + run.number("size") * 1000));
        }
        int body = run.number("post") * 1000;
        String post =
                Requests.head("POST", target, "/target/count?key=" + key, "1.1", List.of("Content-Length: " + body));
        return wire.send(requests.toString()) && wire.send(post) && wire.sendFiller(body);
    }

    private static Finding finding(Run run, int answers, End end, boolean sent, int executed) {
        int owed = owed(run);
        boolean withinLimit = run.number("requests") < run.number("limit");
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("owed", owed);
        facts.put("answers", answers);
        facts.put("postExecuted", executed);
        facts.put("end", end.toString());
        facts.put("writeFailed", !sent);
        boolean good = answers == owed && executed == 0 && end == End.FIN && sent;
        boolean allowed = withinLimit && executed == 1;
        String post = executed == 0 ? "the POST was not executed" : "the POST was executed";
        String how = end == End.FIN ? "in order" : "by " + end;
        return new Finding(
                Mood.goodIf(good || allowed),
                answers + " / " + owed,
                answers + " of " + owed + " answers arrived, " + post + ", the connection ended " + how + ".",
                facts);
    }
}
