package io.github.jettykeepalive.servlet;

import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A set of final response statuses, 200 to 599, written as a list of single ones, ranges and classes:
 * {@code 413, 500-504, 4xx}.
 */
final class StatusCodes {
    static final String EXPECTED = "statuses from 200 to 599 such as 413, 500-504 or 4xx";
    static final StatusCodes NONE = new StatusCodes(new BitSet());

    private static final Pattern ITEM = Pattern.compile("([2-5])xx|([2-5]\\d\\d)(?:-([2-5]\\d\\d))?");

    private final BitSet codes;

    private StatusCodes(BitSet codes) {
        this.codes = codes;
    }

    /** Reads a list; throws {@link IllegalArgumentException} if an item is of no known form, or there is none. */
    static StatusCodes parse(String list) {
        var codes = new BitSet();
        for (String item : InitParams.split(list)) {
            add(item, codes);
        }
        if (codes.isEmpty()) {
            throw new IllegalArgumentException(list);
        }
        return new StatusCodes(codes);
    }

    boolean isEmpty() {
        return codes.isEmpty();
    }

    boolean contain(int status) {
        return codes.get(status);
    }

    private static void add(String item, BitSet codes) {
        Matcher matcher = ITEM.matcher(item);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(item);
        }
        if (matcher.group(1) != null) {
            int first = Integer.parseInt(matcher.group(1)) * 100;
            codes.set(first, first + 100);
            return;
        }
        int first = Integer.parseInt(matcher.group(2));
        int last = matcher.group(3) == null ? first : Integer.parseInt(matcher.group(3));
        if (last < first) {
            throw new IllegalArgumentException(item);
        }
        codes.set(first, last + 1);
    }
}
