package io.github.jettykeepalive.bench;

import io.github.jettykeepalive.testing.ResultTables;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The tables of a run: printed, and gathered in {@code target/bench/results.md}. */
public final class Tables {
    private static final ResultTables RESULTS = ResultTables.named("bench");

    private Tables() {}

    /** What a figure looks like: microseconds, bytes, shares. */
    public static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.2f", value);
    }

    /** A figure beside what it should be. */
    public static String against(double value, double most) {
        return number(value) + (value <= most ? " (at most " : " (**missed**, at most ") + number(most) + ")";
    }

    public static void table(String title, List<String> head, List<List<String>> rows) throws IOException {
        RESULTS.add(title, head, rows);
    }
}
