package io.github.jettykeepalive.demo.lab;

import java.util.List;

/**
 * One thing that can be chosen for a run: a whole number within bounds, or one of a few words.
 *
 * @param name in the query
 * @param label for people
 * @param unit of a number, may be empty
 * @param fallback what it is when the query does not say
 * @param least smallest number
 * @param most largest number
 * @param choices the words; empty for a number
 */
public record Parameter(
        String name, String label, String unit, String fallback, int least, int most, List<String> choices) {
    /** A whole number. */
    public static Parameter number(String name, String label, String unit, int fallback, int least, int most) {
        return new Parameter(name, label, unit, Integer.toString(fallback), least, most, List.of());
    }

    /** One of these words, the first unless the query says otherwise. */
    public static Parameter choice(String name, String label, String... choices) {
        return new Parameter(name, label, "", choices[0], 0, 0, List.of(choices));
    }

    /** Whether it is one of a few words. */
    public boolean isChoice() {
        return !choices.isEmpty();
    }

    String checked(String value) {
        if (isChoice() ? !choices.contains(value) : !isWithinBounds(value)) {
            throw new BadParameterException(name, value, expected());
        }
        return value;
    }

    private String expected() {
        return isChoice() ? String.join(" or ", choices) : least + " to " + most;
    }

    private boolean isWithinBounds(String value) {
        try {
            int number = Integer.parseInt(value);
            return number >= least && number <= most;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
