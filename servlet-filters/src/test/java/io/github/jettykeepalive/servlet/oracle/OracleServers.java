package io.github.jettykeepalive.servlet.oracle;

import io.github.jettykeepalive.servlet.KeepAliveFilter;
import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.servlet.container.RunningServer;
import io.github.jettykeepalive.servlet.container.WarFile;
import io.github.jettykeepalive.servlet.webapp.OracleServlet;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** The WAR of the oracle on every container, and the client. */
final class OracleServers implements AutoCloseable {
    /** Other classes of filters, such as those of an old commit, to see what the oracle finds in them. */
    private static final String FILTERS = System.getProperty("oracle.filters");

    private static final AtomicLong IDS = new AtomicLong();

    private final Map<Container, RunningServer> running = new EnumMap<>(Container.class);

    synchronized int port(Container container) throws Exception {
        RunningServer server = running.get(container);
        if (server == null) {
            Path work = Files.createTempDirectory(
                    Files.createDirectories(Path.of("target", "wars")), "oracle-" + container.name());
            Path war = work.resolve("app.war").toAbsolutePath();
            if (FILTERS == null) {
                WarFile.write(war, KeepAliveFilter.class, OracleServlet.class, Subject.webXml(), "page");
            } else {
                WarFile.write(war, Path.of(FILTERS), OracleServlet.class, Subject.webXml(), "page");
            }
            server = container.start(
                    war, Files.createDirectory(work.resolve("work")).toAbsolutePath());
            running.put(container, server);
        }
        return server.port();
    }

    Outcome with(Episode episode) throws Exception {
        return NamedDifference.remove(episode, play(episode, episode.subject().folder, episode.steps(), false));
    }

    /** What may come of it without the filter. */
    Set<Outcome> without(Episode episode) throws Exception {
        Set<Outcome> outcomes = new HashSet<>();
        for (List<String> steps : episode.stepsWithoutTheFilter()) {
            Outcome outcome = play(episode, Subject.PLAIN, steps, episode.comparesWithLargeBuffer());
            outcomes.add(NamedDifference.remove(episode, outcome));
        }
        return outcomes;
    }

    /** Whether the two differ. A difference is one that stays: threads may change places without the filter, too. */
    boolean differ(Episode episode) throws Exception {
        Outcome filtered = with(episode);
        Set<Outcome> bare = without(episode);
        for (int attempt = 0; attempt < 6; attempt++) {
            if (bare.contains(filtered)) {
                return false;
            }
            bare.addAll(without(episode));
            filtered = with(episode);
        }
        if (episode.subject().hasUnread()
                && filtered.complete()
                && bare.stream().noneMatch(Outcome::complete)) {
            // The container alone resets the connection under its response; that it arrives is what the filter is for.
            return false;
        }
        return !bare.contains(filtered);
    }

    private Outcome play(Episode episode, String folder, List<String> steps, boolean largeBuffer) throws Exception {
        String id = Long.toString(IDS.incrementAndGet());
        Shape shape = episode.shape();
        String head = shape.method() + " /app/" + folder + "/run " + shape.version() + "\r\nHost: localhost\r\nX-Id: "
                + id + "\r\nX-Outer: " + shape.outer() + "\r\nX-Steps: " + String.join("+", steps) + "\r\n"
                + (largeBuffer ? "X-Buffer: big\r\n" : "")
                + (shape.keepAlive() ? "Connection: keep-alive\r\n" : "")
                + shape.fields() + "\r\n";
        int port = port(episode.container());
        try (var client = RawClient.connect(port).patience(patience(steps))) {
            RawResponse response = ask(client, shape, head);
            // Before the reset, which an application that still writes would notice.
            List<String> trace = trace(port, folder, id);
            client.reset();
            return Outcome.of(response, shape.isHead(), folder, trace);
        } catch (AssertionError | IOException e) {
            String why = String.valueOf(e.getMessage());
            return Outcome.none(why.substring(0, Math.min(60, why.length())), trace(port, folder, id));
        }
    }

    /** Who announces a length may fail to keep it, and then the client waits in vain. */
    private static Duration patience(List<String> steps) {
        return Duration.ofSeconds(steps.contains("length5") || steps.contains("length10") ? 1 : 10);
    }

    private static RawResponse ask(RawClient client, Shape shape, String head) throws Exception {
        String body = shape.body();
        if (shape.isSplit()) {
            client.send(head + body.substring(0, body.length() / 2));
            Thread.sleep(3);
            client.send(body.substring(body.length() / 2));
        } else {
            client.send(head + body);
        }
        RawResponse response;
        do {
            response = shape.isHead() ? client.readHeadResponse() : client.readResponse();
        } while (response.status() < 200);
        return response;
    }

    private static List<String> trace(int port, String folder, String id) throws Exception {
        try (var client = RawClient.connect(port)) {
            client.send("GET /app/plain/trace/" + id + " HTTP/1.1\r\nHost: localhost\r\nX-Id: t" + id + "\r\n\r\n");
            String text = new String(
                    client.readResponse().body().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            client.reset();
            return text.isEmpty()
                    ? List.of()
                    : List.of(text.replace("/" + folder + "/", "/F/").split("\n"));
        }
    }

    @Override
    public synchronized void close() throws Exception {
        for (RunningServer server : running.values()) {
            server.close();
        }
        running.clear();
    }
}
