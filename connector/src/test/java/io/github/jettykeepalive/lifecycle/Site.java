package io.github.jettykeepalive.lifecycle;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.TcpTable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A server that a test starts and stops itself, with its {@link Desk}, and connectors on free ports whose connections are
 * counted. Its threads bear its name.
 */
final class Site {
    /** For what is to happen soon: long for a busy machine, short enough for a table in which much fails. */
    static final Duration PATIENCE = Duration.ofSeconds(15);

    /** What every thread of a site is called, and more. */
    static final String THREADS = "lifecycle-site";

    final Server server;
    final Desk desk = new Desk();
    final Census census = new Census();

    Site() {
        var threads = new QueuedThreadPool(100, 0);
        threads.setName(THREADS);
        server = new Server(threads);
        server.setHandler(desk);
    }

    /** A connector of this server, which is yet to be added. */
    ServerConnector connector(ConnectionFactory... factories) {
        var connector = new ServerConnector(server, 1, 1, factories);
        connector.setHost("127.0.0.1");
        connector.addBean(census);
        return connector;
    }

    /** One more connector of this server. */
    ServerConnector add(ConnectionFactory... factories) {
        ServerConnector connector = connector(factories);
        server.addConnector(connector);
        return connector;
    }

    static KeepAliveConnectionFactory ours(ServerConnector connector) {
        return connector.getConnectionFactory(KeepAliveConnectionFactory.class);
    }

    /** Waits until the process has no socket of the port open any more but the one that listens. */
    static void awaitNoSocket(int port) {
        long asked = System.nanoTime();
        Eventually.await(
                PATIENCE,
                "no socket of port " + port + " is open",
                () -> Sockets.since(asked, port),
                open -> open.isPresent() && open.get().isEmpty());
    }

    /** The kernel's table is long while many servers run, so all who ask share what was read a moment ago. */
    private static final class Sockets {
        private static final long FRESH = 20_000_000;

        private static TcpTable table = TcpTable.now();
        private static long readAt = System.nanoTime();

        private Sockets() {}

        /** The sockets of the port, if the table was read after that time. */
        static synchronized Optional<List<TcpTable.Entry>> since(long nanoTime, int port) {
            if (System.nanoTime() - readAt > FRESH) {
                readAt = System.nanoTime();
                table = TcpTable.now();
            }
            return readAt - nanoTime < 0
                    ? Optional.empty()
                    : Optional.of(table.entries().stream()
                            .filter(socket -> socket.localPort() == port && socket.inode() != 0)
                            .filter(socket -> socket.state() != TcpTable.State.LISTEN)
                            .toList());
        }
    }
}
