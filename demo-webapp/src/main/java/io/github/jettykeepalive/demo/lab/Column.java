package io.github.jettykeepalive.demo.lab;

import java.util.List;
import java.util.Map;

/**
 * What happened on one server.
 *
 * @param side which one
 * @param title what it is called above the column
 * @param mood how to take the verdict
 * @param score the verdict in a word or a number, for those who only glance
 * @param verdict one line, computed from the facts
 * @param facts the numbers behind it
 * @param transcript what went over the wire
 * @param spans the waterfall
 */
public record Column(
        Side side,
        String title,
        Mood mood,
        String score,
        String verdict,
        Map<String, Object> facts,
        List<Line> transcript,
        List<Span> spans) {
    /** A number among the facts, 0 if it is not there. */
    public long number(String fact) {
        return facts.get(fact) instanceof Number number ? number.longValue() : 0;
    }

    /** Whether there was such a server. */
    public boolean isHere() {
        return mood != Mood.MISSING;
    }
}
