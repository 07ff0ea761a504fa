package io.github.jettykeepalive.oracle;

import io.github.jettykeepalive.oracle.Episode.Asked;
import io.github.jettykeepalive.oracle.Setup.Chain;
import io.github.jettykeepalive.oracle.Setup.Ending;
import io.github.jettykeepalive.oracle.Setup.Settings;
import io.github.jettykeepalive.oracle.Setup.Transport;
import java.util.ArrayList;
import java.util.List;

/** Makes an episode from a seed: the same from the same. */
final class Generator {
    private final long seed;
    private final Dice dice;
    private final List<Asked> requests = new ArrayList<>();
    private final List<Turn> story = new ArrayList<>();

    private Generator(long seed) {
        this.seed = seed;
        dice = new Dice(seed);
    }

    static Episode episode(long seed) {
        return new Generator(seed).generate();
    }

    private Episode generate() {
        Setup setup = setup();
        int exchanges = dice.one(1, 1, 1, 2, 2, 3);
        for (int i = 0; i < exchanges; i++) {
            exchange(i, setup);
        }
        return new Episode(seed, setup, List.copyOf(requests), List.copyOf(story));
    }

    private Setup setup() {
        Settings settings = dice.percent(76)
                ? Settings.DEFAULT
                : dice.one(
                        Settings.VIRTUAL_THREADS,
                        Settings.VIRTUAL_THREADS,
                        Settings.NOT_LINGERING,
                        Settings.ONE_LINGERS,
                        Settings.ONE_LINGERS,
                        Settings.TWO_REQUESTS);
        Transport transport =
                dice.percent(70) ? Transport.PLAIN : dice.one(Transport.TLS_1_2, Transport.TLS_1_3, Transport.PROXY);
        Ending ending = dice.percent(45)
                ? Ending.LEAVE
                : dice.one(Ending.STAY, Ending.STAY, Ending.STAY, Ending.RESET, Ending.VANISH);
        Chain chain = dice.one(Chain.BARE, Chain.BARE, Chain.OBSERVED, Chain.SERVLET);
        int crowd = settings == Settings.ONE_LINGERS ? 12 : 1;
        return new Setup(transport, settings, chain, ending, dice.percent(5), dice.percent(15), crowd);
    }

    private void exchange(int number, Setup setup) {
        if (number > 0 && dice.percent(20)) {
            story.add(new Turn.OfClient(new Act.Silence(dice.one(20, 350))));
        }
        RequestPlan request = RequestPlan.random(dice, number);
        List<List<Act.Piece>> segments = request.segments();
        boolean cut = segments.size() > 1 && dice.percent(12);
        if (cut) {
            segments = segments.subList(0, segments.size() - 1 - dice.below(segments.size() - 1));
        }
        requests.add(request.asked(!cut));
        boolean pipelined = number > 0 && dice.percent(35) && joinsLastSend(segments.get(0));
        int sent = pipelined ? 1 : 0;
        int headerEnd = request.segmentOfHeaderEnd(segments);
        while (sent <= headerEnd && sent < segments.size()) {
            story.add(send(segments.get(sent++)));
        }
        boolean servlet = setup.chain() == Chain.SERVLET;
        List<Turn> handler = servlet ? servlet(number, request) : handler(number, request);
        if (handler.isEmpty()) {
            // What the client still sends is to come before or after the program, and so there has to be one.
            handler.add(new Turn.OfHandler(number, false, servlet ? new ServletStep.Look() : new CoreStep.Look()));
        }
        interleave(handler, segments.subList(sent, segments.size()));
        if (dice.percent(75)) {
            story.add(new Turn.OfClient(dice.percent(95) ? new Act.ReadResponse() : new Act.ReadBytes(1)));
        }
        if (dice.percent(4)) {
            story.add(new Turn.OfClient(dice.one(new Act.HalfClose(), new Act.HalfClose(), new Act.Reset())));
        }
    }

    private static Turn send(List<Act.Piece> pieces) {
        return new Turn.OfClient(new Act.Send(pieces));
    }

    /** Puts this right behind what was sent last, in the same segment, if nothing has been read since. */
    private boolean joinsLastSend(List<Act.Piece> pieces) {
        for (int i = story.size() - 1; i >= 0; i--) {
            if (story.get(i) instanceof Turn.OfClient turn && turn.act() instanceof Act.Send last) {
                var joined = new ArrayList<>(last.pieces());
                joined.addAll(pieces);
                story.set(i, send(joined));
                return true;
            }
        }
        return false;
    }

    private List<Turn> handler(int number, RequestPlan request) {
        var turns = new ArrayList<Turn>();
        var main = new ProgramPlan(dice, request).steps();
        boolean divided = dice.percent(15);
        for (Step step : main) {
            // Behind the end of the exchange a second thread would race with it.
            divided &= !ProgramPlan.endsTheExchange(step);
            boolean aside = divided && ProgramPlan.mayStandAside(step);
            turns.add(new Turn.OfHandler(number, aside, step));
        }
        return turns;
    }

    private List<Turn> servlet(int number, RequestPlan request) {
        var turns = new ArrayList<Turn>();
        for (Step step : new ServletPlan(dice, request).steps()) {
            turns.add(new Turn.OfHandler(number, false, step));
        }
        return turns;
    }

    /** Tells what the client still sends between what the handler does. */
    private void interleave(List<Turn> handler, List<List<Act.Piece>> segments) {
        int sent = 0;
        for (Turn turn : handler) {
            while (sent < segments.size() && dice.percent(35)) {
                story.add(send(segments.get(sent++)));
            }
            story.add(turn);
        }
        while (sent < segments.size()) {
            story.add(send(segments.get(sent++)));
        }
    }
}
