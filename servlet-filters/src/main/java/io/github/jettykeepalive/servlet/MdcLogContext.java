package io.github.jettykeepalive.servlet;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.MDC;

/** The one class that knows SLF4J; where there is none, loading it fails and {@link LogContext#find} does without. */
final class MdcLogContext implements LogContext {
    private MdcLogContext() {}

    /** Throws {@link NoClassDefFoundError} now rather than on the first request. */
    static LogContext create() {
        MDC.getMDCAdapter();
        return new MdcLogContext();
    }

    @Override
    public Scope open(Supplier<Map<String, String>> values) {
        Map<String, String> before = new HashMap<>();
        values.get().forEach((key, value) -> {
            before.put(key, MDC.get(key));
            MDC.put(key, value);
        });
        return () -> before.forEach(MdcLogContext::restore);
    }

    private static void restore(String key, String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }
}
