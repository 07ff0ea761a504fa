package io.github.jettykeepalive.demo.lab;

import java.util.List;
import java.util.Map;

/**
 * What happened on one server.
 *
 * @param side which one
 * @param title what it is called above the column
 * @param mood how to take the verdict
 * @param verdict one line, computed from the facts
 * @param facts the numbers behind it
 * @param transcript what went over the wire
 * @param spans the waterfall
 */
public record Column(
        Side side,
        String title,
        Mood mood,
        String verdict,
        Map<String, Object> facts,
        List<Line> transcript,
        List<Span> spans) {}
