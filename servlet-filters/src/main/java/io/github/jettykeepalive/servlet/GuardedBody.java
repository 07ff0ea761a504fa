package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletOutputStream;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** The stream or the writer that a response hands out: always the same one as long as the container's is. */
final class GuardedBody {
    private final OutputGuard guard;
    private @Nullable GuardedOutput output;
    private @Nullable GuardedWriter writer;

    GuardedBody(OutputGuard guard) {
        this.guard = guard;
    }

    /** Whether one of them was handed out. */
    boolean isOpen() {
        return output != null || writer != null;
    }

    ServletOutputStream output(ServletOutputStream container) {
        GuardedOutput given = output;
        if (given == null || !given.guards(container)) {
            given = new GuardedOutput(container, guard);
            output = given;
        }
        return given;
    }

    PrintWriter writer(PrintWriter container) {
        GuardedWriter given = writer;
        if (given == null || !given.guards(container)) {
            given = new GuardedWriter(container, guard);
            writer = given;
        }
        return given;
    }
}
