package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The options in the {@code Connection} fields of a message (RFC 9110 section 7.6.1): a list over any number of lines,
 * in any case. Empty elements are passed over, as section 5.6.1 of it asks of a recipient.
 */
final class ConnectionOptions {
    private final Set<String> options = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    private ConnectionOptions(Collection<String> lines) {
        for (String line : lines) {
            for (String option : line.split(",", -1)) {
                options.add(option.strip());
            }
        }
        options.remove("");
    }

    static ConnectionOptions of(HttpServletRequest request) {
        Enumeration<String> lines = request.getHeaders("Connection");
        return new ConnectionOptions(lines == null ? List.of() : Collections.list(lines));
    }

    static ConnectionOptions of(@Nullable String line) {
        return new ConnectionOptions(line == null ? List.of() : List.of(line));
    }

    boolean close() {
        return contains("close");
    }

    /** Whether an HTTP/1.0 client asks to keep the connection; {@code close} wins. */
    boolean keepAlive() {
        return contains("keep-alive") && !close();
    }

    boolean contains(String option) {
        return options.contains(option);
    }

    /** The options, which also are the names of the fields that are meant for this hop only. */
    Set<String> names() {
        return Collections.unmodifiableSet(options);
    }
}
