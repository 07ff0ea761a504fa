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
import io.github.jettykeepalive.demo.wire.End;
import io.github.jettykeepalive.demo.wire.Reply;
import io.github.jettykeepalive.demo.wire.Requests;
import io.github.jettykeepalive.demo.wire.Wire;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The {@code Connection} field is a list, its names belong to this hop, and its word is binding. */
public final class HeaderTokens implements Experiment {
    /** Nothing here takes long, unless the machine is busy. */
    private static final int PATIENCE = 2000;

    private static final String MEDDLE = "/target/fields?meddle=1";
    private static final String PLAIN = "/target/fields";

    private static final List<Case> CASES = List.of(
            one("1.1", PLAIN, true),
            one("1.1", PLAIN, false, "Connection: close"),
            one("1.1", PLAIN, false, "Connection: meter, close, bill-my-credit-card", "Meter: max-uses=3"),
            one("1.1", PLAIN, false, "Connection: meter", "Connection: Close", "Meter: max-uses=3"),
            one("1.1", PLAIN, true, "Connection: closed, not-close"),
            one("1.0", PLAIN, false),
            one("1.0", PLAIN, true, "Connection: Keep-Alive"),
            one("1.0", PLAIN, true, "Connection: meter, KEEP-ALIVE", "Meter: max-uses=3"),
            one("1.0", PLAIN, false, "Connection: keep-alive, close"),
            one("1.0", PLAIN, false, "Proxy-Connection: keep-alive"),
            one("1.1", MEDDLE, true),
            one("1.1", MEDDLE, false, "Connection: close"),
            one("1.0", MEDDLE, false));

    /**
     * One request, and whether its connection must stay.
     *
     * @param kept what RFC 9112 section 9.3 says
     */
    private record Case(String version, String path, boolean kept, List<String> fields) {
        String description() {
            String list = fields.isEmpty() ? "no Connection field" : String.join(" / ", fields);
            return "HTTP/" + version + ", " + list + (path.equals(MEDDLE) ? ", and the application meddles" : "");
        }
    }

    private static Case one(String version, String path, boolean kept, String... fields) {
        return new Case(version, path, kept, List.of(fields));
    }

    @Override
    public String name() {
        return "tokens";
    }

    @Override
    public String title() {
        return "Connection tokens and hop-by-hop fields";
    }

    @Override
    public String story() {
        return "“Connection” is a list of names, in any case, over any number of lines: options such as close, and other"
                + " fields that are meant for this hop only. " + CASES.size()
                + " requests ask for all of it; in the last three the application sets Connection, Keep-Alive and"
                + " Proxy-Connection itself, as applications do that copy fields around.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        return List.of(
                "curl -v -H 'Connection: meter, close, bill-my-credit-card' -H 'Meter: max-uses=3' "
                        + addresses.url(PLAIN),
                "curl -v -H 'Connection: close' '" + addresses.url(MEDDLE) + "'",
                "curl -v -H 'Connection: close' 'http://" + addresses.stock() + MEDDLE + "'");
    }

    @Override
    public Result run(Run run) throws IOException {
        List<Column> columns = run.both(Setup.DEFAULT, (target, recorder) -> all(run, target, recorder));
        Column stock = columns.get(1);
        String there = stock.isHere() ? ", stock " + stock.number("rightly") : "";
        return new Result(
                "Of " + CASES.size() + " requests were answered as RFC 9112 says: ours "
                        + columns.get(0).number("rightly") + there + ".",
                columns);
    }

    private static Finding all(Run run, Target target, Recorder recorder) throws IOException {
        Map<String, String> wrong = new LinkedHashMap<>();
        int ended = 0;
        int leaked = 0;
        for (Case one : CASES) {
            try (Wire wire = Wire.open(run, target, recorder)) {
                String request = Requests.head("GET", target, one.path(), one.version(), one.fields());
                wire.patience(PATIENCE).send(request);
                Reply reply = wire.read();
                String mistake = mistake(one, reply, wire.quietly(), request);
                ended += one.kept() ? 0 : 1;
                leaked += reply.body().contains("Proxy-Connection") ? 1 : 0;
                if (!mistake.isEmpty()) {
                    wrong.put(one.description(), mistake);
                    recorder.note(wire.id(), "✗ " + mistake);
                }
            }
        }
        return finding(wrong, ended, leaked);
    }

    /**
     * What is wrong with the answer or with what follows, empty if nothing is.
     *
     * @param again a connection that is kept must answer it once more
     */
    private static String mistake(Case one, Reply reply, Wire wire, String again) {
        boolean saysClose = reply.hasOption("close");
        if (!reply.whole()) {
            return "no whole answer";
        }
        if (saysClose
                && (reply.hasOption("keep-alive") || !reply.field("Keep-Alive").isEmpty())) {
            return "says close and keep-alive at once";
        }
        if (!reply.field("Proxy-Connection").isEmpty()) {
            return "passes on the application's Proxy-Connection";
        }
        if (reply.field("Keep-Alive").contains("9999")) {
            return "passes on the application's own Keep-Alive";
        }
        if (one.kept()) {
            wire.send(again);
            if (!wire.read().whole()) {
                return "closed, though it should be kept";
            }
        } else if (wire.awaitEnd() != End.FIN) {
            return "kept, though it should be closed";
        }
        return !one.kept() && one.version().equals("1.1") && !saysClose ? "closed without saying so" : "";
    }

    private static Finding finding(Map<String, String> wrong, int mustEnd, int leaked) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("requests", CASES.size());
        facts.put("rightly", CASES.size() - wrong.size());
        facts.put("mustEnd", mustEnd);
        facts.put("hopByHopFieldsSeenByTheApplication", leaked);
        if (!wrong.isEmpty()) {
            facts.put(
                    "mistakes",
                    wrong.entrySet().stream()
                            .map(one -> one.getKey() + ": " + one.getValue())
                            .collect(Collectors.joining("; ")));
        }
        String verdict = wrong.isEmpty()
                ? "All " + CASES.size() + " answered as RFC 9112 says."
                : wrong.size() + " of " + CASES.size() + " not as RFC 9112 says.";
        String score = CASES.size() - wrong.size() + " / " + CASES.size();
        return new Finding(Mood.goodIf(wrong.isEmpty()), score, verdict, facts);
    }
}
