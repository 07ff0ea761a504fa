package io.github.jettykeepalive.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the contenders of a workload cost: one figure of each a round, compared within the round. */
final class Ratios {
    private final Map<Contender, List<Double>> figures = new EnumMap<>(Contender.class);

    /** The figures of a round come one after the other; each contender has one. */
    void add(Contender contender, double figure) {
        figures.computeIfAbsent(contender, key -> new ArrayList<>()).add(figure);
    }

    double median(Contender contender) {
        return quantile(figures.get(contender), 0.5);
    }

    /** The median of what one costs against another in the same round. */
    double ratio(Contender one, Contender other) {
        return quantile(ratios(one, other), 0.5);
    }

    /** Half of the rounds are within these. */
    String spread(Contender one, Contender other) {
        List<Double> ratios = ratios(one, other);
        return String.format(Locale.ROOT, "%.2f to %.2f", quantile(ratios, 0.25), quantile(ratios, 0.75));
    }

    private List<Double> ratios(Contender one, Contender other) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < figures.get(one).size(); i++) {
            ratios.add(figures.get(one).get(i) / figures.get(other).get(i));
        }
        return ratios;
    }

    private static double quantile(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        double at = share * (sorted.size() - 1);
        double below = sorted.get((int) Math.floor(at));
        double above = sorted.get((int) Math.ceil(at));
        return below + (above - below) * (at - Math.floor(at));
    }
}
