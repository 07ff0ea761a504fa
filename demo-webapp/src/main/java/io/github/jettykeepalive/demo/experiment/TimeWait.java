package io.github.jettykeepalive.demo.experiment;

import io.github.jettykeepalive.demo.lab.Addresses;
import io.github.jettykeepalive.demo.lab.Column;
import io.github.jettykeepalive.demo.lab.Experiment;
import io.github.jettykeepalive.demo.lab.Finding;
import io.github.jettykeepalive.demo.lab.Mood;
import io.github.jettykeepalive.demo.lab.NotHereException;
import io.github.jettykeepalive.demo.lab.Parameter;
import io.github.jettykeepalive.demo.lab.Parameters;
import io.github.jettykeepalive.demo.lab.Recorder;
import io.github.jettykeepalive.demo.lab.Result;
import io.github.jettykeepalive.demo.lab.Run;
import io.github.jettykeepalive.demo.lab.Setup;
import io.github.jettykeepalive.demo.lab.Side;
import io.github.jettykeepalive.demo.lab.Target;
import io.github.jettykeepalive.demo.wire.Kernel;
import io.github.jettykeepalive.demo.wire.Reply;
import io.github.jettykeepalive.demo.wire.Requests;
import io.github.jettykeepalive.demo.wire.Wire;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who closes first keeps the connection's remains. */
public final class TimeWait implements Experiment {
    @Override
    public String name() {
        return "time-wait";
    }

    @Override
    public String title() {
        return "TIME_WAIT, and who keeps it";
    }

    @Override
    public String story() {
        return "Whoever sends the first FIN remembers the connection for a minute or more, so that its stray segments cannot"
                + " end up in a new one. A busy server that closes first collects these remains, and a proxy in front"
                + " of it can run out of ports. A server that says close, and then waits a moment, leaves them with the client.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("connections", "Connections", "", 30, 1, 200),
                Parameter.number("wait", "clientClosesFirst", "ms", 500, 50, 2000));
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        return List.of("for i in $(seq 20); do curl -s -o /dev/null -H 'Connection: close' "
                + addresses.url("/target/hello") + "; done; ss -tan state time-wait | grep ':"
                + addresses.ours().replaceAll(".*:", "") + "'");
    }

    @Override
    public Result run(Run run) throws IOException {
        // A number that is not the demo's own, so that each column has a port of its own, and its own remains.
        Setup own = Setup.DEFAULT.with(Setup.KEEP_ALIVE_TIMEOUT, 15_000);
        Setup waiting = own.with(Setup.CLIENT_CLOSES_FIRST, run.number("wait"));
        Column polite = run.column(
                Side.OURS, "Jetty Keep-Alive, clientClosesFirst", waiting, (target, log) -> visit(run, target, log));
        Column ours =
                run.column(Side.OURS, "Jetty Keep-Alive, as it comes", own, (target, log) -> visit(run, target, log));
        Column stock = run.column(Side.STOCK, own, (target, log) -> visit(run, target, log));
        String verdict = polite.isHere()
                ? "TIME_WAIT left with the server, of " + run.number("connections") + ": " + polite.number("server")
                        + " with clientClosesFirst, " + ours.number("server") + " without, " + stock.number("server")
                        + " on stock Jetty."
                : polite.verdict();
        return new Result(verdict, List.of(polite, ours, stock));
    }

    private static Finding visit(Run run, Target target, Recorder recorder) throws IOException {
        if (!Kernel.hasTable()) {
            throw new NotHereException("This counts in /proc/net/tcp, which is not here.");
        }
        int connections = run.number("connections");
        int answered = 0;
        for (int i = 0; i < connections; i++) {
            try (Wire wire = Wire.open(run, target, recorder)) {
                if (i > 1) {
                    wire.quietly();
                }
                wire.send(Requests.get(target, "/target/hello", "Connection: close"));
                Reply reply = wire.read();
                answered += reply.whole() ? 1 : 0;
                // A client does a little something with the answer before it closes.
                run.pause(5);
            }
        }
        run.pause(100);
        return finding(target, connections, answered);
    }

    private static Finding finding(Target target, int connections, int answered) {
        long server = Kernel.sockets(true, target.port(), Kernel.TIME_WAIT);
        long client = Kernel.sockets(false, target.port(), Kernel.TIME_WAIT);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("connections", connections);
        facts.put("answered", answered);
        facts.put("server", server);
        facts.put("client", client);
        return new Finding(
                server == 0 ? Mood.GOOD : Mood.NEUTRAL,
                server + " kept",
                connections + " connections left " + server + " in TIME_WAIT with the server, " + client
                        + " with the client.",
                facts);
    }
}
