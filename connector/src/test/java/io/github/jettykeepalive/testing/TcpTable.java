package io.github.jettykeepalive.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The kernel's table of TCP sockets at one moment (Linux).
 *
 * <p>A connection over the loopback interface has two entries, one for each end: the server's has the server's port as
 * its {@linkplain Side#LOCAL local} one, the client's has it as its {@linkplain Side#REMOTE remote} one.
 */
public record TcpTable(List<Entry> entries) {
    private static final List<Path> FILES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    private static final List<State> STATES = List.of(State.values());

    /** Which end of an entry a port belongs to. */
    public enum Side {
        LOCAL,
        REMOTE
    }

    /** TCP states in the kernel's order, which numbers them from 1. */
    public enum State {
        ESTABLISHED,
        SYN_SENT,
        SYN_RECV,
        FIN_WAIT1,
        FIN_WAIT2,
        TIME_WAIT,
        CLOSE,
        CLOSE_WAIT,
        LAST_ACK,
        LISTEN,
        CLOSING,
        NEW_SYN_RECV
    }

    /**
     * One socket.
     *
     * @param unread bytes the kernel holds that the owner of the socket has not read
     * @param inode what {@code /proc/<pid>/fd} names the socket by; 0 if no process has it open any more
     */
    public record Entry(int localPort, int remotePort, State state, long unread, long inode) {

        private static Entry parse(String line) {
            String[] columns = line.strip().split("\\s+", -1);
            return new Entry(
                    port(columns[1]),
                    port(columns[2]),
                    STATES.get(Integer.parseInt(columns[3], 16) - 1),
                    Long.parseLong(columns[4].split(":", 2)[1], 16),
                    Long.parseLong(columns[9]));
        }

        private static int port(String address) {
            return Integer.parseInt(address.split(":", 2)[1], 16);
        }
    }

    /** Whether this machine has such a table. */
    public static boolean available() {
        return Files.isReadable(FILES.get(0));
    }

    public static TcpTable now() {
        return new TcpTable(FILES.stream()
                .filter(Files::isReadable)
                .flatMap(TcpTable::lines)
                .map(Entry::parse)
                .toList());
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream().skip(1);
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }

    /** The number of sockets that have this port at this end and are in this state. */
    public long count(Side side, int port, State state) {
        return entries.stream()
                .filter(entry -> entry.state() == state)
                .filter(entry -> (side == Side.LOCAL ? entry.localPort() : entry.remotePort()) == port)
                .count();
    }
}
