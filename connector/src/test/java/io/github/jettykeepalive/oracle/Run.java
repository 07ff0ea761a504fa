package io.github.jettykeepalive.oracle;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IO;

/** One playing of an episode to one server. */
final class Run {
    /** How long after the client's last act everything may take to be over: the idle timeout, twice. */
    private static final long SETTLE = 5500;

    private static final int ROUNDS = 6;

    private static final long SOON = 600;
    private static final long LATE = 1500;

    /** The body of a response that the client did not care to read to its end. */
    static final String PARTIAL = "partial";

    /** The field that numbers a request without a path, such as CONNECT. */
    static final String NUMBER = "X-Number";

    final Episode episode;
    final Witness witness = new Witness();
    final Progress progress;
    private final Executor executor;
    private final Handler application;
    private int opened;
    private int connections;
    private final Queue<Closeable> held = new ConcurrentLinkedQueue<>();
    private final List<Callback> exchanges = new ArrayList<>();
    private int actors;
    private final List<Thread> playing = new ArrayList<>();

    Run(Episode episode, Executor executor) {
        this.episode = episode;
        this.executor = executor;
        progress = new Progress(episode.story(), episode.setup().loose());
        application = episode.setup().chain() == Setup.Chain.OBSERVED
                ? Observed.around(new Program(), witness)
                : new Program();
    }

    /**
     * What one playing came to.
     *
     * @param end how the server closed, {@code ?} if the client need not know
     * @param seen the same, as far as the client has come to see it
     */
    record Outcome(Map<String, String> lanes, List<Answer> answers, String end, String when, Client.End seen) {
        /** The last final response, or null. */
        Answer last() {
            List<Answer> finals = finals();
            return finals.isEmpty() ? null : finals.get(finals.size() - 1);
        }

        List<Answer> finals() {
            return answers.stream().filter(answer -> !answer.isInterim()).toList();
        }

        String lane(String name) {
            return lanes.getOrDefault(name, "");
        }
    }

    /** Plays the client's part on this thread, and waits until all is over. */
    Outcome play(Side side) throws IOException {
        try (var client = side.connect(this)) {
            for (int i = 0; i < episode.story().size(); i++) {
                if (episode.story().get(i) instanceof Turn.OfClient turn) {
                    progress.begin(i);
                    turn.act().play(client);
                    progress.end(i);
                }
            }
            progress.awaitOthers();
            long began = System.nanoTime();
            end(client);
            String when = when(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            boolean stays = episode.setup().ending() == Setup.Ending.STAY;
            if (stays) {
                witness.add("closed", awaitSettled(2 * SETTLE) ? "before the client" : "not before the client");
            }
            if (client.isStuck()) {
                witness.add("client", "could not send all");
            }
            client.close();
            witness.add("settled", settles() ? "yes" : "no: " + this);
            if (application instanceof Observed observed) {
                observed.noteStatistics();
            }
            // What is abandoned now closes sooner or later, and nobody waits for it.
            Map<String, String> lanes = witness.seal();
            abandon();
            return new Outcome(
                    lanes,
                    awaited(client.answers()).stream().map(this::normal).toList(),
                    knowsEnd() ? client.end().toString() : "?",
                    when,
                    client.end());
        } finally {
            abandon();
            side.forget(this);
        }
    }

    /** Who resets or vanishes need not have read to the end, and then there is none to compare. */
    private boolean knowsEnd() {
        Setup.Ending ending = episode.setup().ending();
        return (ending == Setup.Ending.LEAVE || ending == Setup.Ending.STAY)
                && acts().noneMatch(Act.Reset.class::isInstance);
    }

    private Stream<Act> acts() {
        return episode.story().stream()
                .filter(Turn.OfClient.class::isInstance)
                .map(turn -> ((Turn.OfClient) turn).act());
    }

    /** The responses that the client has waited for: of those behind them, who does not read to the end has now more, now less. */
    private List<Answer> awaited(List<Answer> answers) {
        if (knowsEnd()) {
            return answers;
        }
        long waitedFor = acts().takeWhile(act -> !(act instanceof Act.Reset))
                .filter(Act.ReadResponse.class::isInstance)
                .count();
        var awaited = new ArrayList<Answer>();
        for (Answer answer : answers) {
            if (waitedFor > 0) {
                awaited.add(answer);
            }
            waitedFor -= answer.isInterim() ? 0 : 1;
        }
        return awaited;
    }

    private void end(Client client) throws IOException {
        switch (episode.setup().ending()) {
            case LEAVE -> {
                client.halfClose();
                client.readToEnd();
            }
            case STAY -> client.readToEnd();
            case RESET -> client.reset();
            case VANISH -> client.close();
        }
    }

    private static String when(long millis) {
        return millis < SOON ? "soon" : millis > LATE ? "late" : "between";
    }

    private Answer normal(Answer answer) {
        var fields = new java.util.TreeMap<>(answer.fields());
        fields.computeIfPresent("date", (name, value) -> "now");
        if (answer.status() == 0 && answer.body().contains("Connection: close\r\n")) {
            fields.put("connection", "close");
        }
        return new Answer(
                answer.version(),
                answer.status(),
                answer.reason(),
                fields,
                answer.framing(),
                isPartial(answer) ? PARTIAL : answer.status() == 0 ? unframed(answer.body()) : answer.body(),
                isPartial(answer) ? "" : answer.rest(),
                answer.complete());
    }

    /** What the client can make nothing of, because the response before it was too short: where in a header it begins, the fields decide. */
    private static String unframed(String text) {
        return text.substring(Math.max(0, text.lastIndexOf("\r\n\r\n")));
    }

    /** Of a response that the client did not care to read to its end it has now more, now less. */
    private boolean isPartial(Answer answer) {
        return !answer.complete() && !knowsEnd();
    }

    // --- what the server tells

    void opened(Connection connection) {
        synchronized (this) {
            opened++;
            connections++;
        }
        witness.add("connection", "opened " + connection.getClass().getSimpleName());
    }

    void closed(Connection connection) {
        witness.add(
                "connection",
                "closed %s %d/%d"
                        .formatted(
                                connection.getClass().getSimpleName(),
                                connection.getMessagesIn(),
                                connection.getMessagesOut()));
        if (connection.getClass().getSimpleName().equals("HttpConnection")) {
            progress.closed();
        }
        synchronized (this) {
            connections--;
            notifyAll();
        }
    }

    /** Has the program handle the request; {@code servlets} where the program is a servlet's. */
    boolean handle(Request request, Response response, Callback callback, Handler servlets) throws Exception {
        int number = number(request);
        if (number < 0) {
            witness.add("unscripted", request.getHttpURI().toString());
            return false;
        }
        synchronized (this) {
            exchanges.add(callback);
        }
        Request.addCompletionListener(request, failure -> {
            witness.add("x" + number + ".end", failure == null ? "ok" : Text.failure(failure));
            progress.endExchange(number);
            exchangeEnded(callback);
        });
        Handler handler = episode.setup().chain() == Setup.Chain.SERVLET ? servlets : application;
        return handler.handle(request, response, callback);
    }

    /** The number of the request in the script, -1 if it is not in it. */
    static int number(Request request) {
        String number = request.getHeaders().get(NUMBER);
        String path = request.getHttpURI().getPath();
        if (number == null && path != null && path.matches("/x\\d")) {
            number = path.substring(2);
        }
        return number == null ? -1 : Integer.parseInt(number);
    }

    private boolean program(Request request, Response response, Callback callback) throws CoreStep.Deliberate {
        int number = number(request);
        return new CoreExchange(this, number, request, response, callback).handle(number);
    }

    /** The episode's program as a handler. */
    private final class Program extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws CoreStep.Deliberate {
            return program(request, response, callback);
        }
    }

    private synchronized void exchangeEnded(Callback exchange) {
        exchanges.remove(exchange);
        notifyAll();
    }

    /** This thread plays for the application. */
    synchronized void enter() {
        actors++;
        playing.add(Thread.currentThread());
    }

    synchronized void leave() {
        actors--;
        playing.remove(Thread.currentThread());
        notifyAll();
    }

    /** Whoever still plays is not waited for, and what the program would never complete is failed. */
    private void abandon() {
        progress.abandon();
        List<Callback> unfinished;
        synchronized (this) {
            playing.forEach(Thread::interrupt);
            unfinished = List.copyOf(exchanges);
        }
        unfinished.forEach(exchange -> exchange.failed(new CoreStep.Deliberate()));
        held.forEach(IO::close);
    }

    /** This holds something that is to be given back when all is over. */
    void atEnd(Closeable holder) {
        held.add(holder);
    }

    /** Has another thread of the application do this. */
    void execute(Runnable task) {
        synchronized (this) {
            actors++;
        }
        executor.execute(() -> {
            try {
                task.run();
            } finally {
                synchronized (this) {
                    actors--;
                    notifyAll();
                }
            }
        });
    }

    /**
     * Whether all comes to its end. As long as somebody acts it may: a thread that waits in vain for a write goes on after that. But
     * an idle timeout that its listener does not mind comes again and again.
     */
    private boolean settles() {
        int events = -1;
        for (int round = 0; round < ROUNDS && events < witness.count(); round++) {
            events = witness.count();
            if (awaitSettled(SETTLE)) {
                return true;
            }
        }
        return false;
    }

    private synchronized boolean awaitSettled(long patience) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patience);
        while (opened == 0 || connections > 0 || !exchanges.isEmpty() || actors > 0) {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (millis <= 0) {
                return false;
            }
            try {
                wait(millis);
            } catch (InterruptedException x) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    @Override
    public synchronized String toString() {
        return "%d connections, %d exchanges, %d actors".formatted(connections, exchanges.size(), actors);
    }
}
