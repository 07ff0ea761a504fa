package io.github.jettykeepalive.demo.experiment;

import io.github.jettykeepalive.demo.lab.Experiment;
import java.util.List;
import java.util.Optional;

/** All experiments, in the order of the classic text. */
public final class Experiments {
    private static final List<Experiment> ALL = List.of(
            new Handshake(),
            new OnePage(),
            new HeaderTokens(),
            new BlindRelayHang(),
            new EarlyAnswer(),
            new HalfClose(),
            new Truncation(),
            new PipelinePastLimit(),
            new IdleRace(),
            new SlowHeader(),
            new SmallWrites(),
            new TimeWait(),
            new ManyConnections(),
            new Draining());

    private Experiments() {}

    /** Every one. */
    public static List<Experiment> all() {
        return ALL;
    }

    /** The one of that name. */
    public static Optional<Experiment> find(String name) {
        return ALL.stream().filter(experiment -> experiment.name().equals(name)).findFirst();
    }
}
