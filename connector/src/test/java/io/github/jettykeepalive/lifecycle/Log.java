package io.github.jettykeepalive.lifecycle;

import io.github.jettykeepalive.testing.LogCapture;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.event.Level;

/**
 * What all servers of a test class log, which is nothing that anybody has to be warned of: but for what stock Jetty says of itself
 * when it is stopped, now and then, and its pool on a busy machine.
 */
final class Log implements AutoCloseable {
    /** The last is of Jetty 12.0: a write that fails behind the end of its exchange. */
    private static final List<String> STOCK =
            List.of("Accept Failure", "Couldn't stop Thread[" + Site.THREADS, "Failed callback");

    private final LogCapture jetty = LogCapture.of("org.eclipse.jetty");
    private final LogCapture ours = LogCapture.of("io.github.jettykeepalive");
    private final List<String> expected;

    /**
     * Captures until it is closed.
     *
     * @param expected parts of warnings that are part of the test
     */
    Log(String... expected) {
        this.expected = List.of(expected);
    }

    /** Asserts that there was no warning but those that were expected. */
    @Override
    public void close() {
        List<LogCapture.Event> events = new ArrayList<>(jetty.events());
        events.addAll(ours.events());
        ours.close();
        jetty.close();
        events.removeIf(event -> event.level().toInt() < Level.WARN.toInt());
        events.removeIf(event -> STOCK.stream().anyMatch(event.text()::contains));
        events.removeIf(event -> expected.stream().anyMatch(event.text()::contains));
        if (!events.isEmpty()) {
            throw new AssertionError("expected no warning, but was: " + events);
        }
    }
}
