package io.github.jettykeepalive.oracle;

import io.github.jettykeepalive.oracle.AllowedDifferences.Case;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** Plays episodes to both servers and judges what came of it. Thread-safe. */
final class Oracle implements AutoCloseable {
    /** How often an episode is played again before a difference is believed. */
    private static final int AGAIN = 3;

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Side stock;
    private final Side virtual;
    private final Map<Setup.Settings, Side> ours = new EnumMap<>(Setup.Settings.class);

    Oracle() throws Exception {
        stock = new Side(Setup.Settings.DEFAULT, true, executor);
        virtual = new Side(Setup.Settings.VIRTUAL_THREADS, true, executor);
        for (Setup.Settings settings : Setup.Settings.values()) {
            ours.put(settings, new Side(settings, false, executor));
        }
    }

    /** Asks every server a few times: what is slow only the first time is not to be taken for a difference. */
    void warmUp() throws InterruptedException {
        for (int round = 0; round < 3; round++) {
            for (Setup.Chain chain : Setup.Chain.values()) {
                for (Setup.Transport transport : Setup.Transport.values()) {
                    warmUp(ask(transport, chain));
                }
            }
        }
    }

    private void warmUp(Episode episode) throws InterruptedException {
        var running = new ArrayList<Future<Run.Outcome>>();
        for (Side side : sides()) {
            running.addAll(start(side, episode, 2));
        }
        for (Future<Run.Outcome> each : running) {
            try {
                each.get();
            } catch (ExecutionException tooSlow) {
                // The first handshakes on a busy machine may take longer than the idle timeout.
            }
        }
    }

    private static Episode ask(Setup.Transport transport, Setup.Chain chain) {
        var setup = new Setup(transport, Setup.Settings.DEFAULT, chain, Setup.Ending.LEAVE, false, false, 1);
        boolean servlet = chain == Setup.Chain.SERVLET;
        var asked = new Episode.Asked("GET", "HTTP/1.1", List.of("Host: localhost"), false, 0, true);
        return new Episode(
                0,
                setup,
                List.of(asked),
                List.of(
                        new Turn.OfClient(
                                new Act.Send(List.of(new Act.Words("GET /x0 HTTP/1.1\r\nHost: localhost\r\n\r\n")))),
                        new Turn.OfHandler(
                                0,
                                false,
                                servlet
                                        ? new ServletStep.Write(10)
                                        : new CoreStep.Write(10, true, CoreStep.Wait.BLOCK)),
                        new Turn.OfHandler(0, false, servlet ? new ServletStep.CloseOutput() : new CoreStep.Complete()),
                        new Turn.OfClient(new Act.ReadResponse())));
    }

    enum Kind {
        SAME,
        ALLOWED,
        /** Stock Jetty differs from itself. */
        LEFT_OUT,
        /** Different the first time, and never again. */
        ONCE,
        DIFFERENT
    }

    record Verdict(Episode episode, Kind kind, Set<AllowedDifferences> used, List<Difference> differences) {
        @Override
        public String toString() {
            var text = new StringBuilder(kind + " " + episode);
            differences.forEach(each -> text.append("  ").append(each).append('\n'));
            return text.toString();
        }
    }

    /**
     * Plays the episode twice to stock Jetty and once to this connector, to a crowd as often to each; a difference has to show more
     * than once.
     */
    Verdict judge(Episode episode) throws Exception {
        Side side = ours.get(episode.setup().settings());
        int crowd = episode.setup().crowd();
        try {
            return compare(episode, side, crowd);
        } catch (ExecutionException x) {
            if (x.getCause() instanceof IOException unconnected) {
                var cause = new Difference("connect", Text.failure(unconnected), "");
                return new Verdict(episode, Kind.LEFT_OUT, Set.of(), List.of(cause));
            }
            throw x;
        }
    }

    private Verdict compare(Episode episode, Side side, int crowd) throws Exception {
        List<Future<Run.Outcome>> twice = start(stock(episode), episode, Math.max(2, crowd));
        List<Future<Run.Outcome>> once = start(side, episode, crowd);
        List<Run.Outcome> stocks = results(twice);
        Verdict first = judge(episode, stocks, results(once));
        if (first.kind != Kind.DIFFERENT) {
            return first;
        }
        int different = 0;
        for (int i = 0; i < AGAIN; i++) {
            once = start(side, episode, crowd);
            stocks.addAll(results(start(stock(episode), episode, crowd)));
            Verdict again = judge(episode, stocks, results(once));
            if (again.kind == Kind.LEFT_OUT) {
                return again;
            }
            different += again.kind == Kind.DIFFERENT ? 1 : 0;
        }
        if (different >= (episode.setup().loose() ? AGAIN : AGAIN - 1)) {
            return first;
        }
        return new Verdict(episode, Kind.ONCE, first.used, first.differences);
    }

    private static Verdict judge(Episode episode, List<Run.Outcome> stocks, List<Run.Outcome> actual) {
        List<Difference> unstable = unstable(stocks);
        if (unstable.stream().anyMatch(each -> !each.isOfTheWire())) {
            return new Verdict(episode, Kind.LEFT_OUT, Set.of(), unstable);
        }
        Set<String> loose = unstable.stream().map(Difference::where).collect(Collectors.toSet());
        Set<AllowedDifferences> used = EnumSet.noneOf(AllowedDifferences.class);
        List<Difference> unexplained = new ArrayList<>();
        for (Run.Outcome outcome : actual) {
            var of = new Case(episode, stocks.get(0), outcome);
            for (Difference each : Difference.between(stocks.get(0), outcome)) {
                AllowedDifferences rule = loose.contains(each.where()) ? null : AllowedDifferences.of(of, each);
                if (rule != null) {
                    used.add(rule);
                } else if (!loose.contains(each.where())) {
                    unexplained.add(each);
                }
            }
            if (!unexplained.isEmpty()) {
                break;
            }
        }
        Kind kind = !unexplained.isEmpty() ? Kind.DIFFERENT : used.isEmpty() ? Kind.SAME : Kind.ALLOWED;
        return new Verdict(episode, kind, used, unexplained);
    }

    /** Where stock Jetty differs from itself. */
    private static List<Difference> unstable(List<Run.Outcome> stocks) {
        return stocks.stream()
                .flatMap(each -> Difference.between(stocks.get(0), each).stream())
                .toList();
    }

    private Side stock(Episode episode) {
        return episode.setup().settings() == Setup.Settings.VIRTUAL_THREADS ? virtual : stock;
    }

    private List<Future<Run.Outcome>> start(Side side, Episode episode, int times) {
        var running = new ArrayList<Future<Run.Outcome>>();
        for (int i = 0; i < times; i++) {
            running.add(executor.submit((Callable<Run.Outcome>) () -> side.play(episode)));
        }
        return running;
    }

    private static List<Run.Outcome> results(List<Future<Run.Outcome>> running) throws Exception {
        var outcomes = new ArrayList<Run.Outcome>();
        for (Future<Run.Outcome> each : running) {
            outcomes.add(each.get());
        }
        return outcomes;
    }

    Collection<Side> ours() {
        return ours.values();
    }

    List<Side> sides() {
        var sides = new ArrayList<Side>(ours.values());
        sides.add(stock);
        sides.add(virtual);
        return sides;
    }

    @Override
    public void close() throws Exception {
        executor.shutdownNow();
        for (Side side : sides()) {
            side.close();
        }
    }
}
