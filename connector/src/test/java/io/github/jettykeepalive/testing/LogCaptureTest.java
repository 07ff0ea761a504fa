package io.github.jettykeepalive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.testing.LogCapture.Event;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class LogCaptureTest {
    private static final String NAME = "capture.Me";
    private final Logger logger = LoggerFactory.getLogger(NAME);
    private final Logger child = LoggerFactory.getLogger(NAME + ".child");
    private final Logger other = LoggerFactory.getLogger(NAME + "Not");

    @Test
    void eventsAreCollectedInOrder() {
        try (var log = LogCapture.of(NAME)) {
            log.assertSilent();
            logger.info("below the level");
            logger.warn("a {}", 1);
            child.error("b", new IllegalStateException("why"));

            assertThat(log.events()).hasSize(2);
            assertThat(log.events().get(0)).isEqualTo(new Event(Level.WARN, NAME, "a 1"));
            assertThat(log.events().get(1).logger()).isEqualTo(NAME + ".child");
            assertThat(log.events().get(1).text())
                    .startsWith("b")
                    .contains("IllegalStateException: why", "\tat " + getClass().getName());
            assertThatThrownBy(log::assertSilent)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("a 1");
        }
    }

    @Test
    void levelIsLoweredAndRestored() {
        try (var log = LogCapture.of(NAME, Level.DEBUG)) {
            logger.debug("seen");
            child.debug("seen too");
            assertThat(log.events()).extracting(Event::text).containsExactly("seen", "seen too");
        }
        assertThat(logger.isDebugEnabled()).isFalse();
        assertThat(child.isDebugEnabled()).isFalse();
    }

    @Test
    void unseenAndForeignEventsArePrintedAfterAll() {
        String printed = stdErrOf(() -> {
            try (var log = LogCapture.of(NAME)) {
                logger.warn("nobody looked");
                other.warn("somebody else");
            }
        });

        assertThat(printed.lines()).hasSize(2);
        assertThat(printed)
                .contains("somebody else")
                .endsWith("WARN " + NAME + ": nobody looked" + System.lineSeparator());
    }

    @Test
    void seenEventsAreNotPrinted() {
        assertThat(stdErrOf(() -> {
                    try (var log = LogCapture.of(NAME)) {
                        logger.warn("looked at");
                        assertThat(log.events()).hasSize(1);
                    }
                }))
                .isEmpty();
    }

    private static String stdErrOf(Runnable action) {
        var bytes = new ByteArrayOutputStream();
        PrintStream stdErr = System.err;
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(stdErr);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
