package io.github.jettykeepalive.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kernel's counters of TCP connections that did not end in order (Linux).
 *
 * <p>They count for a whole network namespace, that is usually for the whole machine: another process's resets count
 * too, and so do this process's own clients that close with data unread. To attribute them, either run the measured
 * code with {@link OwnNetwork}, or start the JVM alone in a namespace:
 *
 * <pre>unshare --map-root-user --net sh -c 'ip link set lo up &amp;&amp; mvn -o verify'</pre>
 *
 * {@link #strangers} tells a test whether it is alone. What a single client saw, {@link RawClient} tells by itself.
 */
public record KernelCounters(Map<String, Long> values) {
    /** RST segments sent, for whatever reason. */
    public static final String OUT_RSTS = "OutRsts";
    /** Connections that left ESTABLISHED or CLOSE_WAIT without an orderly close, at either end. */
    public static final String ESTAB_RESETS = "EstabResets";
    /**
     * Resets because data came for a socket its owner had closed, or because it was closed with {@code SO_LINGER} 0.
     */
    public static final String ABORT_ON_DATA = "TCPAbortOnData";
    /** Resets because a socket was closed with data unread. */
    public static final String ABORT_ON_CLOSE = "TCPAbortOnClose";
    /**
     * Resets because a closed socket was not to wait for the peer's FIN ({@code TCP_LINGER2}); not {@code SO_LINGER}.
     */
    public static final String ABORT_ON_LINGER = "TCPAbortOnLinger";
    /** Connections given up because the peer did not answer. */
    public static final String ABORT_ON_TIMEOUT = "TCPAbortOnTimeout";

    private static final List<Path> FILES = List.of(Path.of("/proc/net/snmp"), Path.of("/proc/net/netstat"));
    private static final Set<String> NAMES =
            Set.of(OUT_RSTS, ESTAB_RESETS, ABORT_ON_DATA, ABORT_ON_CLOSE, ABORT_ON_LINGER, ABORT_ON_TIMEOUT);

    /** Whether this machine has such counters; the tests that need them are skipped elsewhere. */
    public static boolean available() {
        return FILES.stream().allMatch(Files::isReadable);
    }

    public static KernelCounters now() {
        var values = new TreeMap<String, Long>();
        FILES.forEach(file -> values.putAll(parse(readLines(file))));
        return new KernelCounters(values);
    }

    /** The growth since then. */
    public KernelCounters minus(KernelCounters then) {
        var growth = new TreeMap<String, Long>();
        values.forEach((name, value) -> growth.put(name, value - then.get(name)));
        return new KernelCounters(growth);
    }

    /**
     * One counter.
     *
     * @param name one of the constants of this class
     */
    public long get(String name) {
        Long value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " (expected: one of " + values.keySet() + ")");
        }
        return value;
    }

    /** The number of RST segments sent. */
    public long outRsts() {
        return get(OUT_RSTS);
    }

    /**
     * The connections in this namespace that belong to other processes: while there are any, the counters may be
     * theirs.
     */
    public static List<TcpTable.Entry> strangers() {
        Set<String> own = ownSockets();
        return TcpTable.now().entries().stream()
                .filter(entry -> entry.state() != TcpTable.State.LISTEN)
                .filter(entry -> entry.inode() != 0 && !own.contains("socket:[" + entry.inode() + "]"))
                .toList();
    }

    /** Pairs of lines, names over values: {@code Tcp: A B} and {@code Tcp: 1 2}. */
    private static Map<String, Long> parse(List<String> lines) {
        var values = new HashMap<String, Long>();
        for (int line = 0; line + 1 < lines.size(); line += 2) {
            String[] names = lines.get(line).split(" ", -1);
            String[] numbers = lines.get(line + 1).split(" ", -1);
            for (int column = 1; column < names.length; column++) {
                if (NAMES.contains(names[column])) {
                    values.put(names[column], Long.parseLong(numbers[column]));
                }
            }
        }
        return values;
    }

    private static Set<String> ownSockets() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.map(KernelCounters::target).collect(Collectors.toSet());
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException x) {
            return "closed meanwhile";
        }
    }

    private static List<String> readLines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }
}
