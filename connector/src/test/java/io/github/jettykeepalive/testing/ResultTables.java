package io.github.jettykeepalive.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The tables of a run: printed, and gathered in {@code target/NAME/results.md}. */
public final class ResultTables {
    private final Path file;

    private ResultTables(Path file) {
        this.file = file;
    }

    public static ResultTables named(String name) {
        return new ResultTables(Path.of("target", name, "results.md"));
    }

    /** Adds a table, if it has a row; of several threads one at a time. */
    public synchronized void add(String title, List<String> head, List<List<String>> rows) throws IOException {
        if (rows.isEmpty()) {
            return;
        }
        var text = new StringBuilder("\n### ").append(title).append("\n\n").append(line(head));
        text.append("|---".repeat(head.size())).append("|\n");
        rows.forEach(row -> text.append(line(row)));
        System.out.print(text);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
