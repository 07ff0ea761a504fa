package io.github.jettykeepalive.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/** The tables of a run: printed, and gathered in {@code target/bench/results.md}. */
public final class Tables {
    private static final Path FILE = Path.of("target", "bench", "results.md");

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
        var text = new StringBuilder("\n### ").append(title).append("\n\n").append(line(head));
        text.append("|---".repeat(head.size())).append("|\n");
        rows.forEach(row -> text.append(line(row)));
        System.out.print(text);
        Files.createDirectories(FILE.getParent());
        Files.writeString(FILE, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
