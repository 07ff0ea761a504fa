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
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Closing one direction, and closing both. */
public final class HalfClose implements Experiment {
    /** Small, so that most of the response waits on the server's side while the client is busy sending. */
    private static final int RECEIVE_BUFFER = 8 * 1024;

    /** The first is still read, and found to be too much; the next meets what was done about that. */
    private static final int LATE_PIECES = 3;

    @Override
    public String name() {
        return "half-close";
    }

    @Override
    public String title() {
        return "Half close and full close";
    }

    @Override
    public String story() {
        return "A connection has two directions, and each can be closed alone. First a client sends its request and a FIN:"
                + " it is still owed the answer. Then a client on a slow line sends one more request after one that said"
                + " close. A server that has closed both directions answers that with a reset, and the reset destroys what"
                + " was still on its way to the client; one that only closed its output drops the bytes, and loses nothing.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("size", "Response", "kB", 600, 100, 2000),
                Parameter.number("pause", "The client reads on after", "ms", 150, 20, 1000));
    }

    @Override
    public List<String> reproduce(Parameters parameters, Addresses addresses) {
        String path = addresses.context() + "/target/hello?size=" + parameters.number("size") + "000";
        String requests =
                "(printf 'GET " + path + " HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n'; sleep .1;"
                        + " printf 'GET /late HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'; sleep 1) | nc ";
        String slowly = " | (sleep .5; wc -c)";
        return List.of(requests + addresses.nc() + slowly, requests + addresses.stockNc() + slowly);
    }

    @Override
    public Result run(Run run) throws IOException {
        List<Column> columns = run.both(Setup.DEFAULT, (target, recorder) -> both(run, target, recorder));
        Column stock = columns.get(1);
        String there = stock.isHere() ? ", stock " + stock.facts().get("received") : "";
        return new Result(
                "What a client received that sent a byte too much: ours "
                        + columns.get(0).facts().get("received") + there + ".",
                columns);
    }

    private static Finding both(Run run, Target target, Recorder recorder) throws IOException {
        recorder.mark("half close");
        boolean answered = clientHalfCloses(run, target, recorder);
        int size = run.number("size") * 1000;
        recorder.mark("late bytes");
        Reply reply = clientSendsLate(run, target, recorder);
        int percent = (int) (100L * reply.body().length() / size);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("answerAfterClientsFin", answered ? "whole" : "lost");
        facts.put("received", percent + " %");
        facts.put("bytes", reply.body().length());
        facts.put("ended", reply.end() + "");
        boolean whole = answered && reply.whole();
        String verdict =
                (answered ? "A client's half close was answered; " : "A client's half close was not answered; ")
                        + (reply.whole()
                                ? "late bytes were dropped and the response arrived whole."
                                : "late bytes met a closed socket: the reset left " + percent + " % of the response.");
        return new Finding(Mood.goodIf(whole), percent + " %", verdict, facts);
    }

    private static boolean clientHalfCloses(Run run, Target target, Recorder recorder) throws IOException {
        try (Wire wire = Wire.open(run, target, recorder)) {
            wire.send(Requests.get(target, "/target/hello?delay=100"));
            wire.halfClose();
            Reply reply = wire.read();
            wire.awaitEnd();
            return reply.whole();
        }
    }

    private static Reply clientSendsLate(Run run, Target target, Recorder recorder) throws IOException {
        try (Wire wire = Wire.open(run, () -> narrow(target), recorder)) {
            wire.send(Requests.get(target, "/target/hello?size=" + run.number("size") * 1000, "Connection: close"));
            for (int i = 0; i < LATE_PIECES; i++) {
                run.pause(run.number("pause") / LATE_PIECES);
                wire.send(i == 0 ? Requests.get(target, "/target/late") : "and more of it\r\n");
            }
            Reply reply = wire.read();
            if (reply.whole()) {
                wire.awaitEnd();
            }
            return reply;
        }
    }

    private static Socket narrow(Target target) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BUFFER);
        socket.connect(new InetSocketAddress(target.host(), target.port()));
        return socket;
    }
}
