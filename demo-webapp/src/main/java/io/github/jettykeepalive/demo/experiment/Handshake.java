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

/** The HTTP/1.0 handshake: ask for keep-alive, and be told how often one may come back. */
public final class Handshake implements Experiment {
    @Override
    public String name() {
        return "handshake";
    }

    @Override
    public String title() {
        return "The HTTP/1.0 handshake";
    }

    @Override
    public String story() {
        return "An HTTP/1.0 client that wants to keep its connection says “Connection: Keep-Alive”, and may only do so if"
                + " the server says it too. The server can add for how long, and for how many further requests: a client"
                + " that knows how many are left never writes a request into a closing connection.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("requests", "Requests", "", 7, 1, 40),
                Parameter.number("max", "Allowed on one connection", "", 5, 1, 40));
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        String path = addresses.context() + "/target/hello?maxRequests=" + parameters.number("max");
        String request = "printf 'GET " + path + " HTTP/1.0\\r\\nConnection: Keep-Alive\\r\\n\\r\\n'; sleep .2; ";
        return List.of(
                "(" + request.repeat(3) + ") | nc " + addresses.nc(),
                "curl -0 -v -H 'Connection: Keep-Alive' " + addresses.url("/target/hello?maxRequests=2") + "{,,}");
    }

    @Override
    public Result run(Run run) throws IOException {
        List<Column> columns = run.both(Setup.DEFAULT, (target, recorder) -> visit(run, target, recorder));
        String verdict = "The countdown a client was told: ours "
                + columns.get(0).facts().get("countdown");
        String there =
                columns.get(1).isHere() ? "; stock " + columns.get(1).facts().get("countdown") : "";
        return new Result(verdict + there + ".", columns);
    }

    private static Finding visit(Run run, Target target, Recorder recorder) throws IOException {
        String request =
                Requests.get10(target, "/target/hello?maxRequests=" + run.number("max"), "Connection: Keep-Alive");
        List<String> countdown = new ArrayList<>();
        int answered = 0;
        Wire wire = null;
        for (int i = 0; i < run.number("requests"); i++) {
            if (wire == null) {
                wire = Wire.open(run, target, recorder);
            }
            wire.send(request);
            Reply reply = wire.read();
            answered += reply.status() == 200 && reply.whole() ? 1 : 0;
            countdown.add(told(reply));
            if (!reply.hasOption("keep-alive")) {
                wire.awaitEnd();
                wire.close();
                wire = null;
            }
        }
        return finding(answered, recorder.connections(), countdown);
    }

    private static String told(Reply reply) {
        String max = reply.field("Keep-Alive").replaceAll(".*\\bmax=(\\d+).*|.*", "$1");
        return reply.hasOption("keep-alive") ? (max.isEmpty() ? "?" : max) : "close";
    }

    private static Finding finding(int answered, int connections, List<String> countdown) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("answered", answered);
        facts.put("connections", connections);
        facts.put("countdown", String.join(" ", countdown));
        long untold = countdown.stream().filter("?"::equals).count();
        facts.put("keptWithoutSayingHowLong", untold);
        String told = untold == 0
                ? "each answer said how many may follow, the last one said close"
                : untold + " answers kept the connection without saying how many may follow";
        return new Finding(
                untold == 0 ? Mood.GOOD : Mood.NEUTRAL,
                untold == 0 ? "told every time" : "never told",
                answered + " requests on " + connections + (connections == 1 ? " connection: " : " connections: ")
                        + told + ".",
                facts);
    }
}
