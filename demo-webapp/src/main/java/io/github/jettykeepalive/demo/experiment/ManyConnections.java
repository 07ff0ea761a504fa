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

/** One client takes as many connections as it can get; is there one left for another? */
public final class ManyConnections implements Experiment {
    private static final String OTHER_CLIENT = "127.0.0.2";
    private static final int PATIENCE = 1500;

    @Override
    public String name() {
        return "clients";
    }

    @Override
    public String title() {
        return "Too many connections from one client";
    }

    @Override
    public String story() {
        return "A server may cut a client that opens too many connections. Here one client opens them and keeps them idle;"
                + " then another client, from another address, asks for a page. Ours counts each client by itself, and"
                + " closes that client's oldest idle connection. Jetty's own NetworkConnectionLimit, set to the same"
                + " number, counts all clients together and stops accepting.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("connections", "Connections of the greedy one", "", 10, 1, 100),
                Parameter.number("limit", "Limit", "", 4, 1, 50));
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        return List.of("curl -s '" + addresses.url("/lab/clients.json") + "?" + parameters.query() + "'");
    }

    @Override
    public Result run(Run run) throws IOException {
        Setup setup = Setup.DEFAULT.with(Setup.MAX_CONNECTIONS_PER_CLIENT, run.number("limit"));
        List<Column> columns = run.both(setup, (target, recorder) -> crowd(run, target, recorder));
        Column ours = columns.get(0);
        return new Result(
                ours.isHere()
                        ? "The other client was served: ours " + ours.facts().get("otherClient") + ", stock "
                                + columns.get(1).facts().get("otherClient") + "."
                        : ours.verdict(),
                columns);
    }

    private static Finding crowd(Run run, Target target, Recorder recorder) throws IOException {
        List<Wire> greedy = new ArrayList<>();
        int served = 0;
        for (int i = 0; i < run.number("connections"); i++) {
            // Once a server has stopped answering, each further try need not wait as long.
            Wire wire = Wire.open(run, target, recorder).patience(served < i ? 100 : PATIENCE);
            greedy.add(i < 2 ? wire : wire.quietly());
            wire.send(Requests.get(target, "/target/hello"));
            served += wire.read().status() == 200 ? 1 : 0;
        }
        long other = otherClient(run, target, recorder);
        int held = 0;
        for (Wire wire : greedy) {
            held += wire.isOpen() ? 1 : 0;
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("greedyServed", served);
        facts.put("greedyHolds", held);
        facts.put("otherClient", other < 0 ? "not within " + PATIENCE + " ms" : "after " + other + " ms");
        facts.put("otherMillis", other);
        String verdict = other < 0
                ? "The other client got nothing within " + PATIENCE + " ms: the limit was everybody's."
                : "The other client was served after " + other + " ms; the greedy one holds " + held + " of "
                        + greedy.size() + " connections.";
        String score = other < 0 ? "not served" : "served in " + other + " ms";
        return new Finding(Mood.goodIf(other >= 0), score, verdict, facts);
    }

    /** Milliseconds until it had its page, -1 if it gave up. */
    private static long otherClient(Run run, Target target, Recorder recorder) throws IOException {
        recorder.mark("another client");
        double from = recorder.now();
        try (Wire wire =
                Wire.open(run, () -> target.connectFrom(OTHER_CLIENT), recorder).patience(PATIENCE)) {
            wire.send(Requests.get(target, "/target/hello", "Connection: close"));
            Reply reply = wire.read();
            return reply.status() == 200 && reply.whole() ? Math.round(recorder.now() - from) : -1;
        }
    }
}
