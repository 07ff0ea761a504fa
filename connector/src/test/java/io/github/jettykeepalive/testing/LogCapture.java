package io.github.jettykeepalive.testing;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.logging.JettyLevel;
import org.eclipse.jetty.logging.JettyLogger;
import org.eclipse.jetty.logging.StdErrAppender;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Collects what a logger and those below it log, instead of printing it; needs jetty-slf4j-impl.
 *
 * <p>What a test never looked at is printed after all when the capture is closed, so that no failure hides its log. All
 * loggers share one appender: captures may be nested, but not used by two threads at once.
 */
public final class LogCapture implements AutoCloseable {
    /** As {@code StdErrAppender} prints it: {@code 2026-11-23 21:05:39.123:WARN :logger.Name:thread: message}. */
    private static final Pattern FORMAT =
            Pattern.compile("\\S+ [\\d:.]+:(\\w+) *:([^:]*):([^:]*): *(.*)", Pattern.DOTALL);

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final String name;
    private final JettyLogger logger;
    private final JettyLevel formerLevel;
    private final StdErrAppender appender;
    private final @Nullable PrintStream formerStream;
    private volatile boolean looked;

    /**
     * One logged event.
     *
     * @param text the message and, on further lines, the stack trace
     */
    public record Event(Level level, String logger, String text) {}

    private LogCapture(String name, Level level) {
        this.name = name;
        logger = (JettyLogger) LoggerFactory.getLogger(name);
        formerLevel = logger.getLevel();
        appender = (StdErrAppender) logger.getAppender();
        formerStream = appender.getStream();
        logger.setLevel(JettyLevel.fromLevel(level));
        appender.setStream(new Tap());
    }

    /** Captures warnings and errors. */
    public static LogCapture of(String logger) {
        return of(logger, Level.WARN);
    }

    /**
     * Captures that level and those above it.
     *
     * @param logger the name of a logger: a class or a package
     * @param level the least level to log and to capture
     */
    public static LogCapture of(String logger, Level level) {
        return new LogCapture(logger, level);
    }

    /** What was logged so far, in order. */
    public List<Event> events() {
        looked = true;
        return List.copyOf(events);
    }

    /** Asserts that nothing was logged. */
    public void assertSilent() {
        if (!events().isEmpty()) {
            throw new AssertionError("expected no log of " + name + ", but was: " + events);
        }
    }

    @Override
    public void close() {
        appender.setStream(formerStream);
        logger.setLevel(formerLevel);
        if (!looked) {
            events.forEach(event -> original().println(event.level() + " " + event.logger() + ": " + event.text()));
        }
    }

    private PrintStream original() {
        return formerStream == null ? System.err : formerStream;
    }

    /** The appender prints each event, stack trace and all, with one call. */
    private final class Tap extends PrintStream {

        private Tap() {
            super(OutputStream.nullOutputStream());
        }

        @Override
        public void println(@Nullable Object event) {
            Matcher matcher = FORMAT.matcher(String.valueOf(event));
            if (matcher.matches() && isBelow(matcher.group(2))) {
                events.add(new Event(Level.valueOf(matcher.group(1)), matcher.group(2), matcher.group(4)));
            } else {
                original().println(event);
            }
        }

        private boolean isBelow(String other) {
            return other.equals(name) || other.startsWith(name + ".") || other.startsWith(name + "$");
        }
    }
}
