package io.github.jettykeepalive.policy;

import java.util.BitSet;
import java.util.stream.Collectors;

/** An immutable set of final status codes, 200 to 599, written as a list: {@code 413,503}. */
public final class StatusSet {
    /** No status at all. */
    public static final StatusSet NONE = new StatusSet(new BitSet());

    private static final String LIST = "statuses from 200 to 599, separated by commas";

    private final BitSet statuses;
    private final boolean empty;

    private StatusSet(BitSet statuses) {
        this.statuses = statuses;
        empty = statuses.isEmpty();
    }

    /**
     * Reads a comma-separated list; spaces are allowed, an empty list is {@link #NONE}.
     *
     * @throws IllegalArgumentException naming the setting, if a part is not a status from 200 to 599
     */
    public static StatusSet parse(String name, String list) {
        Check.that(list != null, name, "null", LIST);
        BitSet statuses = new BitSet(600);
        for (String part : list.split(",", -1)) {
            String status = part.strip();
            if (!status.isEmpty()) {
                Check.that(status.matches("[2-5][0-9]{2}"), name, list, LIST);
                statuses.set(Integer.parseInt(status));
            }
        }
        return statuses.isEmpty() ? NONE : new StatusSet(statuses);
    }

    /** Whether the status is in the set. */
    public boolean contains(int status) {
        return !empty && statuses.get(status);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StatusSet that && statuses.equals(that.statuses);
    }

    @Override
    public int hashCode() {
        return statuses.hashCode();
    }

    /** The list in the form that {@link #parse} reads. */
    @Override
    public String toString() {
        return statuses.stream().mapToObj(Integer::toString).collect(Collectors.joining(","));
    }
}
