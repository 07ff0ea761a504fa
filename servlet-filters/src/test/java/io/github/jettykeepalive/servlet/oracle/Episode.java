package io.github.jettykeepalive.servlet.oracle;

import io.github.jettykeepalive.servlet.container.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One request to one container: what the application does, how it is asked, and which filter stands between. */
record Episode(Container container, Subject subject, Shape shape, List<String> steps) {
    private static final Set<String> FLUSHES =
            Set.of("outFlush", "writerFlush", "flushBuffer", "checkError", "include.flushBuffer");
    /** Steps that leave those behind them to another thread, as soon as the chain has returned. */
    private static final Set<String> HAND_OVERS = Set.of("async", "asyncSame", "asyncPair", "asyncThread");

    private static final Map<String, String> UNFLUSHED = Map.of(
            "outFlush",
            "getOut",
            "writerFlush",
            "getWriter",
            "checkError",
            "getWriter",
            "include.flushBuffer",
            "include.nothing");

    boolean hasContent() {
        return shape.content() != Shape.Content.NONE;
    }

    /**
     * What the application without the filter may do, so that the outcome should be the same: flushes that are ignored
     * may as well not be there.
     */
    List<List<String>> stepsWithoutTheFilter() {
        if (subject != Subject.LENGTH_DESPITE_FLUSH || !shape.isHttp10KeepAlive()) {
            return List.of(steps);
        }
        return List.of(
                steps,
                steps.stream()
                        .map(step -> UNFLUSHED.getOrDefault(step, step))
                        .filter(step -> !step.equals("flushBuffer"))
                        .toList());
    }

    /** Whether the container without the filter gets a large buffer. */
    boolean comparesWithLargeBuffer() {
        return subject.hasLength() && shape.isHttp10KeepAlive();
    }

    /**
     * Whether the container sends an error while another thread goes on using the response: what comes of it differs from
     * one time to the next.
     */
    private boolean racesWithAnError() {
        int handOver = 0;
        while (handOver < steps.size() && !HAND_OVERS.contains(steps.get(handOver))) {
            handOver++;
        }
        return handOver < steps.size() - 1
                && steps.subList(0, handOver).stream()
                        .anyMatch(step -> step.contains("sendError") && !step.startsWith("include"));
    }

    /**
     * Whether it can be compared: nothing is when two threads race, asynchronous flushes are not ignored, and Jetty flushes an included resource where no
     * step could be left out.
     */
    boolean isMeaningful() {
        if (racesWithAnError()) {
            return false;
        }
        if (subject != Subject.LENGTH_DESPITE_FLUSH) {
            return true;
        }
        boolean flushes = steps.stream().anyMatch(FLUSHES::contains);
        return steps.stream()
                .noneMatch(step -> step.startsWith("include") && container.isJetty()
                        || (step.startsWith("async") || step.equals("nonBlocking")) && flushes);
    }

    Episode without(int step) {
        List<String> rest = new ArrayList<>(steps);
        rest.remove(step);
        return new Episode(container, subject, shape, rest);
    }
}
