package io.github.jettykeepalive.oracle;

import java.io.OutputStream;
import java.io.PrintStream;
import org.eclipse.jetty.logging.JettyLogger;
import org.eclipse.jetty.logging.StdErrAppender;
import org.slf4j.LoggerFactory;

/** Keeps what is logged off the console: the programs fail on purpose, thousands of times. All loggers share one appender. */
final class Hush implements AutoCloseable {
    private final StdErrAppender appender =
            (StdErrAppender) ((JettyLogger) LoggerFactory.getLogger(Hush.class)).getAppender();
    private final PrintStream former = appender.getStream();

    Hush() {
        appender.setStream(new PrintStream(OutputStream.nullOutputStream(), false));
    }

    @Override
    public void close() {
        appender.setStream(former);
    }
}
