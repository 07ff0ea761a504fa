package io.github.jettykeepalive.demo.lab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The values of one run; all of them are within their bounds. */
public final class Parameters {
    private final Map<String, String> values;

    private Parameters(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads a query.
     *
     * @param known the parameters of the experiment
     * @param query what was asked for, each name with its values
     * @throws BadParameterException if a name is unknown, comes twice, or its value is out of bounds
     */
    public static Parameters of(List<Parameter> known, Map<String, String[]> query) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Parameter parameter : known) {
            String[] given = query.get(parameter.name());
            values.put(parameter.name(), given == null ? parameter.fallback() : single(parameter, given));
        }
        for (String name : query.keySet()) {
            if (!values.containsKey(name)) {
                throw new BadParameterException(name, query.get(name)[0], "one of " + values.keySet());
            }
        }
        return new Parameters(values);
    }

    private static String single(Parameter parameter, String[] given) {
        if (given.length != 1) {
            throw new BadParameterException(parameter.name(), String.join(", ", given), "one value");
        }
        return parameter.checked(given[0]);
    }

    /** A number. */
    public int number(String name) {
        return Integer.parseInt(word(name));
    }

    /** A word. */
    public String word(String name) {
        @Nullable String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " (expected: one of " + values.keySet() + ")");
        }
        return value;
    }

    /** All of them, in the order of the page. */
    public Map<String, String> asMap() {
        return values;
    }

    /** As a query, without the question mark. */
    public String query() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("&"));
    }
}
