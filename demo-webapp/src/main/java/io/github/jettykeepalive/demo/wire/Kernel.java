package io.github.jettykeepalive.demo.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What the kernel counts about TCP; on Linux only, and for the whole machine. */
public final class Kernel {
    /** {@code TIME_WAIT} in the tables of sockets. */
    public static final String TIME_WAIT = "06";

    private static final Path SNMP = Path.of("/proc/net/snmp");
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    private Kernel() {}

    /** RST segments sent so far; empty where nobody counts. */
    public static OptionalLong resetsSent() {
        List<String> lines =
                lines(SNMP).stream().filter(line -> line.startsWith("Tcp:")).toList();
        if (lines.size() < 2) {
            return OptionalLong.empty();
        }
        List<String> names = List.of(lines.get(0).split(" ", -1));
        int column = names.indexOf("OutRsts");
        return column < 0
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(lines.get(1).split(" ", -1)[column]));
    }

    /** How much it grew since then; empty where nobody counts. */
    public static OptionalLong growth(OptionalLong before) {
        OptionalLong now = resetsSent();
        return before.isPresent() && now.isPresent()
                ? OptionalLong.of(now.getAsLong() - before.getAsLong())
                : OptionalLong.empty();
    }

    /** Whether there is a table of sockets. */
    public static boolean hasTable() {
        return Files.isReadable(TABLES.get(0));
    }

    /**
     * Sockets in a state.
     *
     * @param local whether the port is the socket's own, else its peer's
     */
    public static long sockets(boolean local, int port, String state) {
        String suffix = ":%04X".formatted(port);
        return TABLES.stream()
                .flatMap(table -> lines(table).stream().skip(1))
                .map(line -> line.strip().split("\\s+", 5))
                .filter(columns -> columns[local ? 1 : 2].endsWith(suffix) && columns[3].equals(state))
                .count();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isReadable(file) ? Files.readAllLines(file) : new ArrayList<>();
        } catch (IOException e) {
            return new ArrayList<>();
        }
    }
}
