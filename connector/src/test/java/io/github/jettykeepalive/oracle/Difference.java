package io.github.jettykeepalive.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * One thing that stock Jetty and this connector did not do alike.
 *
 * @param where such as {@code answer.0.field.connection} or {@code lane.x0.main}
 */
record Difference(String where, String stock, String ours) {
    /** The number of the answer that this is about, -1 if it is about something else. */
    int answer() {
        return where.startsWith("answer.") ? number(where.substring("answer.".length())) : -1;
    }

    /** The number of the exchange whose lane this is, -1 if it is none. */
    int exchange() {
        return where.matches("lane\\.x\\d.*") ? number(where.substring("lane.x".length())) : -1;
    }

    /** Which part of an answer it is about, such as {@code field.connection}; empty if all of it, or none. */
    String what() {
        String[] parts = where.split("\\.", 3);
        return answer() >= 0 && parts.length > 2 ? parts[2] : "";
    }

    /** Whether it is about what the client gets, of which a reset destroys now more, now less. */
    boolean isOfTheWire() {
        return where.startsWith("answer.") || where.equals("end") || where.equals("when");
    }

    private static int number(String text) {
        return Integer.parseInt(text.split("\\.", 2)[0]);
    }

    /** What it is about, without the number. */
    String kind() {
        return where.replaceAll("\\d", "N");
    }

    /** What it is about, and how the two differ first, without what varies from episode to episode. */
    String signature() {
        String[] ones = stock.split("; ");
        String[] others = ours.split("; ");
        int i = 0;
        while (i < ones.length - 1 && i < others.length - 1 && ones[i].equals(others[i])) {
            i++;
        }
        return kind() + ": " + plain(ones[i]) + " / " + plain(others[i]);
    }

    private static String plain(String text) {
        return text.replaceAll("\"[^\"]*\"|\\d+ bytes #\\p{XDigit}+", "content").replaceAll("\\d+", "N");
    }

    @Override
    public String toString() {
        return where + "\n      stock: " + stock + "\n      ours:  " + ours;
    }

    static List<Difference> between(Run.Outcome stock, Run.Outcome ours) {
        var differences = new ArrayList<Difference>();
        List<Answer> ones = stock.answers();
        List<Answer> others = ours.answers();
        var onesInterim = interims(ones);
        var othersInterim = interims(others);
        ones = stock.finals();
        others = ours.finals();
        for (int i = 0; i < Math.max(ones.size(), others.size()); i++) {
            if (i >= ones.size() || i >= others.size()) {
                String one = i < ones.size() ? ones.get(i).toString() : "none";
                add(
                        differences,
                        "answer." + i,
                        one,
                        i < others.size() ? others.get(i).toString() : "none");
            } else {
                compare(differences, "answer." + i + ".", ones.get(i), others.get(i));
            }
        }
        add(differences, "interims", onesInterim, othersInterim);
        add(differences, "end", stock.end(), ours.end());
        if (!stock.when().equals("between") && !ours.when().equals("between")) {
            add(differences, "when", stock.when(), ours.when());
        }
        var lanes = new TreeSet<>(stock.lanes().keySet());
        lanes.addAll(ours.lanes().keySet());
        for (String lane : lanes) {
            add(differences, "lane." + lane, stock.lane(lane), ours.lane(lane));
        }
        return differences;
    }

    /** The interim responses, each with the number of the final one that it precedes. */
    private static String interims(List<Answer> answers) {
        var text = new StringBuilder();
        int finals = 0;
        for (Answer answer : answers) {
            if (answer.isInterim()) {
                text.append(finals).append(": ").append(answer).append("; ");
            } else {
                finals++;
            }
        }
        return text.toString();
    }

    private static void compare(List<Difference> differences, String where, Answer one, Answer other) {
        add(differences, where + "version", one.version(), other.version());
        add(differences, where + "status", one.status() + "", other.status() + "");
        add(differences, where + "reason", one.reason(), other.reason());
        var names = new TreeSet<>(one.fields().keySet());
        names.addAll(other.fields().keySet());
        for (String name : names) {
            add(
                    differences,
                    where + "field." + name,
                    value(name, one.fields().get(name)),
                    value(name, other.fields().get(name)));
        }
        add(differences, where + "framing", one.framing(), other.framing());
        add(differences, where + "body", Text.brief(one.body()), Text.brief(other.body()));
        add(differences, where + "rest", Text.brief(one.rest()), Text.brief(other.rest()));
        add(differences, where + "complete", one.complete(), other.complete());
    }

    /** A list is the same however it is written. */
    private static String value(String name, String value) {
        return name.equals("connection") && value != null ? value.replaceAll(" *, *", ", ") : value;
    }

    private static void add(List<Difference> differences, String where, Object stock, Object ours) {
        if (!Objects.equals(stock, ours)) {
            differences.add(new Difference(where, String.valueOf(stock), String.valueOf(ours)));
        }
    }
}
