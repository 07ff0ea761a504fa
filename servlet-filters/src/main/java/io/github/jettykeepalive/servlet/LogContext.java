package io.github.jettykeepalive.servlet;

import java.util.Map;
import java.util.function.Supplier;

/** Where what is known of a connection goes, so that every log line of this thread can show it. */
interface LogContext {
    /** Goes nowhere. */
    LogContext NONE = values -> () -> {};

    /** Puts the values in place, until the scope is closed by the same thread; asks for them only if they go anywhere. */
    Scope open(Supplier<Map<String, String>> values);

    /** Puts back what was there before. */
    interface Scope extends AutoCloseable {
        @Override
        void close();
    }

    /** SLF4J's MDC if the application, or the server for it, has it on the class path. */
    static LogContext find() {
        try {
            return MdcLogContext.create();
        } catch (NoClassDefFoundError absent) {
            return NONE;
        }
    }
}
