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
import io.github.jettykeepalive.demo.wire.Reply;
import io.github.jettykeepalive.demo.wire.Requests;
import io.github.jettykeepalive.demo.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A client reuses its connection at the very moment at which the server gives it up. */
public final class IdleRace implements Experiment {
    @Override
    public String name() {
        return "idle-race";
    }

    @Override
    public String title() {
        return "The race at the timeout's edge";
    }

    @Override
    public String story() {
        return "A server closes an idle connection; at that moment its client sends a request. The client sees a close in"
                + " place of an answer, and cannot know whether a POST was executed. A server that announces a little less"
                + " than it grants has its clients give up first. Here each client trusts what it was told, but its own"
                + " timer is late by up to the time chosen; to a server that announces nothing it gives the same timeout.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("clients", "Clients", "", 20, 2, 100),
                Parameter.number("timeout", "keepAliveTimeout", "ms", 2000, 2000, 6000),
                Parameter.number("late", "Timers late by up to", "ms", 400, 50, 900));
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        String get = "printf 'GET " + addresses.context()
                + "/target/hello?keepAliveTimeout=2000 HTTP/1.1\\r\\nHost: x\\r\\nConnection: keep-alive\\r\\n\\r\\n'";
        return List.of("(" + get + "; sleep 1.1; " + get + "; sleep 2.2; " + get + "; sleep 1) | nc " + addresses.nc());
    }

    @Override
    public Result run(Run run) throws IOException {
        Setup setup = Setup.DEFAULT.with(Setup.KEEP_ALIVE_TIMEOUT, run.number("timeout"));
        Column margin = run.column(
                Side.OURS,
                "Jetty Keep-Alive, margin 1 s",
                setup.with(Setup.ADVERTISE_MARGIN, 1000),
                (target, recorder) -> race(run, target, recorder));
        Column none = run.column(
                Side.OURS,
                "Jetty Keep-Alive, no margin",
                setup.with(Setup.ADVERTISE_MARGIN, 0),
                (target, recorder) -> race(run, target, recorder));
        Column stock = run.column(Side.STOCK, setup, (target, recorder) -> race(run, target, recorder));
        String verdict = margin.isHere()
                ? "Requests lost to the race, of " + run.number("clients") + ": with a margin " + margin.number("lost")
                        + ", without " + none.number("lost") + ", stock " + stock.number("lost") + "."
                : margin.verdict();
        return new Result(verdict, List.of(margin, none, stock));
    }

    private static Finding race(Run run, Target target, Recorder recorder) throws IOException {
        int clients = run.number("clients");
        List<Callable<Outcome>> tasks = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            long late = (long) run.number("late") * i / (clients - 1);
            tasks.add(() -> client(run, target, recorder, late));
        }
        List<Outcome> outcomes = run.parallel(tasks);
        long lost = outcomes.stream().filter(outcome -> !outcome.answered()).count();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("clients", clients);
        facts.put("lost", lost);
        facts.put("told", outcomes.get(0).told());
        return new Finding(
                Mood.goodIf(lost == 0),
                lost + " lost",
                "Told " + outcomes.get(0).told() + ", granted " + run.number("timeout") / 1000.0 + " s: " + lost
                        + " of " + clients + " requests met a closing connection.",
                facts);
    }

    /**
     * What became of one client.
     *
     * @param told the timeout it was told, in words
     */
    private record Outcome(boolean answered, String told) {}

    private static Outcome client(Run run, Target target, Recorder recorder, long late) throws IOException {
        try (Wire wire = Wire.open(run, target, recorder)) {
            if (wire.id() > 2) {
                wire.quietly();
            }
            String get = Requests.get(target, "/target/hello", "Connection: keep-alive");
            wire.send(get);
            Reply first = wire.read();
            double idleFrom = recorder.now();
            String seconds = first.field("Keep-Alive").replaceAll(".*\\btimeout=(\\d+).*|.*", "$1");
            long timeout = seconds.isEmpty() ? run.number("timeout") : Long.parseLong(seconds) * 1000;
            run.pause(timeout + late);
            recorder.span(Integer.toString(wire.id()), "idle", "idle", idleFrom);
            wire.send(get);
            Reply second = wire.read();
            return new Outcome(second.whole(), seconds.isEmpty() ? "nothing" : seconds + " s");
        }
    }
}
