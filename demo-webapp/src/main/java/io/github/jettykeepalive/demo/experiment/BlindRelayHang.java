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
import io.github.jettykeepalive.demo.wire.BlindRelay;
import io.github.jettykeepalive.demo.wire.CleverRelay;
import io.github.jettykeepalive.demo.wire.Relay;
import io.github.jettykeepalive.demo.wire.Reply;
import io.github.jettykeepalive.demo.wire.Requests;
import io.github.jettykeepalive.demo.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Keep-alive agreed on over the head of a relay that does not know it. */
public final class BlindRelayHang implements Experiment {
    private static final int KEEP_ALIVE_MILLIS = 1000;

    /**
     * A client, and what stands between it and the server.
     *
     * @param relays from the client to the server, {@code b} blind, {@code c} clever
     * @param field by which the client asks for keep-alive
     */
    private record Chain(String fact, String relays, String field) {}

    private static final List<Chain> CHAINS = List.of(
            new Chain("blind", "b", "Connection: keep-alive"),
            new Chain("blindWithProxyConnection", "b", "Proxy-Connection: keep-alive"),
            new Chain("cleverThenBlind", "cb", "Proxy-Connection: keep-alive"),
            new Chain("blindThenClever", "bc", "Proxy-Connection: keep-alive"));

    @Override
    public String name() {
        return "relay";
    }

    @Override
    public String title() {
        return "The blind relay";
    }

    @Override
    public String story() {
        return "A relay that passes “Connection: keep-alive” on without knowing it waits for the server to close, while"
                + " client and server believe they keep a connection. The client's second request is read by nobody."
                + " Proxy-Connection was meant to help, and does, until clever and blind relays are mixed. A server can"
                + " refuse keep-alive to what came through a relay, if the relay left a trace (Via, Proxy-Connection).";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.number("patience", "The client waits", "ms", 2000, 1500, 5000));
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        String fields = "curl -0 -v -H 'Connection: keep-alive' -H 'Via: 1.0 clever' ";
        return List.of(
                fields + addresses.url("/target/hello"), fields + "http://" + addresses.stock() + "/target/hello");
    }

    @Override
    public Result run(Run run) throws IOException {
        List<Column> columns = run.both(Setup.DEFAULT, (target, recorder) -> all(run, target, recorder));
        Column stock = columns.get(1);
        String there = stock.isHere() ? ", stock " + brief(stock) : "";
        return new Result(
                "Of " + CHAINS.size() + " chains of relays hung: ours " + brief(columns.get(0)) + there + ".", columns);
    }

    private static String brief(Column column) {
        return column.number("hung") + " (for up to " + column.number("longestMillis") + " ms)";
    }

    private static Finding all(Run run, Target target, Recorder recorder) throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("hung", 0);
        facts.put("longestMillis", 0);
        List<String> hung = new ArrayList<>();
        long longest = 0;
        for (Chain chain : CHAINS) {
            long waited = visit(run, target, recorder, chain);
            facts.put(chain.fact(), waited == 0 ? "fine" : "hung " + waited + " ms");
            longest = Math.max(longest, waited);
            if (waited > 0) {
                hung.add(chain.fact());
            }
        }
        facts.put("hung", hung.size());
        facts.put("longestMillis", longest);
        return finding(run, facts, hung.size(), longest);
    }

    private static Finding finding(Run run, Map<String, Object> facts, int hung, long longest) {
        boolean bounded = longest < run.number("patience");
        String bound = bounded
                ? "the longest for " + longest + " ms, until the keep-alive timeout let go"
                : "and still did when the client gave up after " + longest + " ms";
        String verdict = hung == 0
                ? "No second request hung."
                : hung + " of " + CHAINS.size() + " second requests hung, " + bound + ".";
        return new Finding(Mood.goodIf(bounded), hung + " hung", verdict, facts);
    }

    /** Two requests, the second on the first's connection if the client was told that it is kept; 0 if nothing hung. */
    private static long visit(Run run, Target target, Recorder recorder, Chain chain) throws IOException {
        List<Relay> relays = new ArrayList<>();
        Wire.Connecting way = target::connect;
        for (int i = chain.relays().length() - 1; i >= 0; i--) {
            Relay relay = run.keep(chain.relays().charAt(i) == 'b' ? new BlindRelay(way) : new CleverRelay(way));
            relays.add(relay);
            way = relay::connect;
        }
        recorder.mark(chain.fact().replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT));
        try (Wire wire = Wire.open(run, way, recorder)) {
            return twice(run, target, recorder, chain, wire);
        } finally {
            for (Relay relay : relays) {
                relay.close();
            }
        }
    }

    private static long twice(Run run, Target target, Recorder recorder, Chain chain, Wire wire) throws IOException {
        String request = Requests.get10(target, "/target/hello?keepAliveTimeout=" + KEEP_ALIVE_MILLIS, chain.field());
        wire.patience(run.number("patience")).send(request);
        Reply first = wire.read();
        if (!first.hasOption("keep-alive")) {
            recorder.note(wire.id(), "told to close: the next request would take a new connection");
            return 0;
        }
        double from = recorder.now();
        wire.send(request);
        Reply second = wire.read();
        return second.whole() ? 0 : Math.round(recorder.now() - from);
    }
}
