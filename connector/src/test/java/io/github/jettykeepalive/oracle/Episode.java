package io.github.jettykeepalive.oracle;

import java.util.ArrayList;
import java.util.List;

/**
 * A handler program and a client script, told as one story: an actor does not begin its turn before the others have had theirs
 * that come earlier, or cannot go on with them.
 *
 * @param requests what the client asks, for whoever has to know what a response belongs to
 */
record Episode(long seed, Setup setup, List<Asked> requests, List<Turn> story) {
    /**
     * What a rule may want to know of a request.
     *
     * @param length the length of its content
     * @param whole whether all of it is sent
     */
    record Asked(String method, String version, List<String> fields, boolean malformed, int length, boolean whole) {
        /** What a socket takes at once, and so has arrived when the client's turn is over. */
        private static final int AT_ONCE = 8_000;

        /** Whether content may still be on its way when the client's turn is over. */
        boolean isLong() {
            return length > AT_ONCE;
        }

        boolean isHttp10() {
            return version.equals("HTTP/1.0");
        }

        boolean isHead() {
            return method.equals("HEAD");
        }

        boolean has(String name) {
            return value(name) != null;
        }

        String value(String name) {
            return fields.stream()
                    .filter(field -> field.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(field -> field.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse(null);
        }

        boolean says(String name, String token) {
            return fields.stream()
                    .filter(field -> field.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .flatMap(field -> List.of(field.substring(name.length() + 1).split(",")).stream())
                    .anyMatch(each -> each.strip().equalsIgnoreCase(token));
        }
    }

    Episode with(List<Turn> other) {
        return new Episode(seed, setup, requests, List.copyOf(other));
    }

    Episode with(Setup other) {
        return new Episode(seed, other, requests, story);
    }

    /** The steps of one exchange. */
    List<Step> steps(int exchange) {
        var steps = new ArrayList<Step>();
        for (Turn turn : story) {
            if (turn instanceof Turn.OfHandler handler && handler.exchange() == exchange) {
                steps.add(handler.step());
            }
        }
        return steps;
    }

    @Override
    public String toString() {
        var text = new StringBuilder("seed " + seed + ", " + setup + "\n");
        for (Turn turn : story) {
            text.append(
                    turn instanceof Turn.OfHandler handler
                            ? "    " + turn.actor() + " " + handler.step()
                            : "  " + ((Turn.OfClient) turn).act());
            text.append('\n');
        }
        return text.toString();
    }
}
