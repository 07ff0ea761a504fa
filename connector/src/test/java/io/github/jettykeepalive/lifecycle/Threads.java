package io.github.jettykeepalive.lifecycle;

import io.github.jettykeepalive.testing.Eventually;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The threads of servers that were stopped, of which none may be left. */
final class Threads {
    private Threads() {}

    /** Waits until no thread is left that bears the name of a site, of a Jetty scheduler, or ours. */
    static void expectNone() {
        Eventually.await(Site.PATIENCE, "no thread is left", Threads::left, Set::isEmpty);
    }

    private static Set<String> left() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(Threads::isServers)
                .collect(Collectors.toSet());
    }

    private static boolean isServers(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith(Site.THREADS)
                // Jetty's end with a number; the JDK's own, of RMI and of delayed futures, stay for the life of the JVM
                || lower.contains("scheduler-")
                || lower.contains("keep-alive")
                || lower.contains("keepalive");
    }
}
