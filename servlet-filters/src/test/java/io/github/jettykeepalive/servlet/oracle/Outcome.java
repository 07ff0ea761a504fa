package io.github.jettykeepalive.servlet.oracle;

import io.github.jettykeepalive.testing.RawResponse;
import java.util.List;
import java.util.Locale;

/**
 * What came of an episode.
 *
 * @param fields lower-case names and values, sorted
 * @param trace what the application saw
 */
record Outcome(String status, List<String> fields, String body, boolean complete, List<String> trace) {
    static Outcome of(RawResponse response, boolean head, String folder, List<String> trace) {
        List<String> fields = response.fields().stream()
                .filter(field -> !field.getKey().equalsIgnoreCase("Date"))
                .map(field -> field.getKey().toLowerCase(Locale.ROOT) + ": " + field.getValue())
                .map(line -> line.replace("/" + folder + "/", "/F/"))
                .sorted()
                .toList();
        boolean page = response.status() >= 400 && (head || response.body().contains("<html"));
        // An error page names the path, and for an exception it has a stack trace, in which our classes stand too.
        String body = page ? withoutStack(response.body()).replace("/" + folder + "/", "/F/") : response.body();
        List<String> stable = page
                ? fields.stream()
                        .filter(line -> !line.startsWith("content-length:"))
                        .toList()
                : fields;
        return new Outcome(Integer.toString(response.status()), stable, body, response.complete(), trace);
    }

    private static String withoutStack(String page) {
        int stack = page.indexOf("on purpose");
        return stack < 0 || !page.contains("Exception") ? page : page.substring(0, stack);
    }

    static Outcome none(String why, List<String> trace) {
        return new Outcome(why, List.of(), "", false, trace);
    }

    Outcome withoutFields(String... names) {
        List<String> rest = fields.stream()
                .filter(line -> List.of(names).stream().noneMatch(name -> line.startsWith(name + ":")))
                .toList();
        return new Outcome(status, rest, body, complete, trace);
    }

    Outcome withBody(java.util.function.UnaryOperator<String> change) {
        return new Outcome(status, fields, change.apply(body), complete, trace);
    }

    Outcome withoutBody() {
        return new Outcome(status, fields, "", complete, trace);
    }

    Outcome asIfComplete() {
        return new Outcome(status, fields, body, true, trace);
    }

    Outcome withoutTraceOf(String... steps) {
        List<String> rest = trace.stream()
                .filter(line -> List.of(steps).stream().noneMatch(line::startsWith))
                .toList();
        return new Outcome(status, fields, body, complete, rest);
    }

    boolean isRefusal() {
        return status.length() == 3 && Integer.parseInt(status) >= 300;
    }

    @Override
    public String toString() {
        String start = body.length() <= 300 ? body : body.substring(0, 300) + "… (" + body.length() + ")";
        return status + " " + fields + (complete ? " " : " INCOMPLETE ") + trace + " " + start.replace("\n", "\\n");
    }
}
