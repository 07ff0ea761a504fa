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
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** A server is taken out of service while clients are at work. */
public final class Draining implements Experiment {
    private static final long LIMIT_MILLIS = 8000;

    @Override
    public String name() {
        return "drain";
    }

    @Override
    public String title() {
        return "Drain";
    }

    @Override
    public String story() {
        return "A server leaves service while some clients keep idle connections and others send one request after another."
                + " Ours says close in every response from then on, and lets idle connections go at random moments of the"
                + " window, so that nobody loses a request and not all clients come back at once. The stock connector is"
                + " shut down gracefully too.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("idle", "Idle clients", "", 20, 0, 100),
                Parameter.number("busy", "Busy clients", "", 6, 1, 30),
                Parameter.number("spread", "Window", "ms", 1500, 0, 5000));
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        return List.of(
                "curl -s -X POST '" + addresses.url("/board/drain") + "?spread=" + parameters.number("spread") + "'",
                "curl -v " + addresses.url("/target/hello") + " 2>&1 | grep -i '^< connection'",
                "curl -s -X POST " + addresses.url("/board/resume"));
    }

    @Override
    public Result run(Run run) throws IOException {
        // A number that is not the demo's own: the drain must not be everybody's.
        Setup own = Setup.DEFAULT.with(Setup.KEEP_ALIVE_TIMEOUT, 20_000);
        List<Column> columns = run.both(own, (target, recorder) -> drain(run, target, recorder));
        Column ours = columns.get(0);
        return new Result(ours.isHere() ? compare(ours, columns.get(1)) : ours.verdict(), columns);
    }

    private static String compare(Column ours, Column stock) {
        return "Requests lost while the server left: ours %d of %d, stock %d of %d. Idle clients left over %d ms and %d ms."
                .formatted(
                        ours.number("lost"),
                        ours.number("requests"),
                        stock.number("lost"),
                        stock.number("requests"),
                        ours.number("idleLeftOverMillis"),
                        stock.number("idleLeftOverMillis"));
    }

    /**
     * What one client saw.
     *
     * @param requests it sent
     * @param lost of these, without a whole answer
     * @param told whether a response said close
     * @param endedAt when its connection ended
     */
    private record Client(int requests, int lost, boolean told, double endedAt) {}

    private static Finding drain(Run run, Target target, Recorder recorder) throws IOException {
        List<Callable<Client>> idle = new ArrayList<>();
        for (int i = 0; i < run.number("idle"); i++) {
            Wire wire = first(run, target, recorder, i);
            idle.add(() -> waits(recorder, wire));
        }
        List<Callable<Client>> busy = new ArrayList<>();
        for (int i = 0; i < run.number("busy"); i++) {
            Wire wire = first(run, target, recorder, i);
            busy.add(() -> works(target, recorder, wire));
        }
        double[] drained = new double[2];
        Callable<Client> leaving = () -> {
            run.pause(300);
            drained[0] = recorder.now();
            recorder.mark("drain begins");
            target.retire(run.number("spread"), LIMIT_MILLIS);
            drained[1] = recorder.now();
            recorder.mark("all gone");
            return new Client(0, 0, false, 0);
        };
        List<Client> clients = run.parallel(
                Stream.of(idle, busy, List.of(leaving)).flatMap(List::stream).toList());
        return finding(clients, idle.size(), drained);
    }

    private static Wire first(Run run, Target target, Recorder recorder, int i) throws IOException {
        Wire wire = Wire.open(run, target, recorder);
        if (i > 0) {
            wire.quietly();
        }
        wire.patience((int) LIMIT_MILLIS + 1000).send(Requests.get(target, "/target/hello"));
        wire.read();
        return wire;
    }

    private static Client waits(Recorder recorder, Wire wire) throws IOException {
        wire.awaitEnd();
        wire.close();
        return new Client(0, 0, false, recorder.now());
    }

    /** One request after another until it is told to close, or something is lost; each takes the server 50 ms. */
    private static Client works(Target target, Recorder recorder, Wire wire) throws IOException {
        int requests = 0;
        Reply reply;
        do {
            requests++;
            wire.send(Requests.get(target, "/target/hello?delay=50"));
            reply = wire.read();
            wire.quietly();
        } while (reply.whole() && !reply.hasOption("close") && recorder.now() < LIMIT_MILLIS);
        wire.close();
        return new Client(requests, reply.whole() ? 0 : 1, reply.hasOption("close"), recorder.now());
    }

    private static Finding finding(List<Client> clients, int idle, double[] drained) {
        int requests = clients.stream().mapToInt(Client::requests).sum();
        int lost = clients.stream().mapToInt(Client::lost).sum();
        long told = clients.stream().filter(Client::told).count();
        List<Double> ends =
                clients.stream().limit(idle).map(Client::endedAt).sorted().toList();
        long spread = ends.isEmpty() ? 0 : Math.round(ends.get(ends.size() - 1) - ends.get(0));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("requests", requests);
        facts.put("lost", lost);
        facts.put("toldToClose", told);
        facts.put("idleLeftOverMillis", spread);
        facts.put("tookMillis", Math.round(drained[1] - drained[0]));
        return new Finding(
                Mood.goodIf(lost == 0),
                lost + " lost",
                lost + " of " + requests + " requests lost; " + told
                        + " clients were told to close; the idle ones left over " + spread + " ms.",
                facts);
    }
}
