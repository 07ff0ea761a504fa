package io.github.jettykeepalive.oracle;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ConnectionStatistics;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The servers of one kind: stock Jetty's, or this connector's with some settings. */
final class Side implements AutoCloseable {
    static final Duration IDLE = Duration.ofMillis(2500);

    private static final int CONNECTS = 3;
    private static final int THREADS = 1000;

    private final String name;
    private final boolean stock;
    private final Setup.Settings settings;
    private final ExecutorService executor;
    private final TestServer direct;
    private final TestServer proxied;
    private final ConnectionStatistics statistics = new ConnectionStatistics();
    private final Map<Integer, Run> byPort = new ConcurrentHashMap<>();
    private final Map<Connection, Run> byConnection = new ConcurrentHashMap<>();

    /**
     * @param stock whether the factory is Jetty's own
     */
    Side(Setup.Settings settings, boolean stock, ExecutorService executor) throws Exception {
        name = (stock ? "stock-" : "ours-") + settings;
        this.stock = stock;
        this.settings = settings;
        this.executor = executor;
        direct = server(false);
        proxied = server(true);
    }

    private TestServer server(boolean proxy) throws Exception {
        var builder = TestServer.with(this::factory)
                .name("oracle-" + name + (proxy ? "-proxied" : ""))
                .idleTimeout(IDLE)
                .connector(this::connector)
                .configure(this::server);
        return (proxy ? builder.proxyProtocol() : builder.tls("TLSv1.2", "TLSv1.3")).start(new Root());
    }

    private void server(Server server) {
        server.setRequestLog(log());
        // Most programs wait for their turn most of the time, on a thread of the pool.
        var pool = (QueuedThreadPool) server.getThreadPool();
        pool.setMaxThreads(THREADS);
        if (settings == Setup.Settings.VIRTUAL_THREADS && VirtualThreads.areSupported()) {
            pool.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        }
    }

    private HttpConnectionFactory factory(HttpConfiguration configuration) {
        configuration.setNotifyRemoteAsyncErrors(true);
        if (stock) {
            return new HttpConnectionFactory(configuration);
        }
        var factory = new KeepAliveConnectionFactory(configuration);
        settings.apply.accept(factory);
        return factory;
    }

    private void connector(ServerConnector connector) {
        connector.setAcceptQueueSize(1024);
        connector.setAcceptedSendBufferSize(32 * 1024);
        connector.addBean(statistics);
        connector.addBean(new NetworkConnectionLimit(100_000, connector));
        connector.addBean(new Connection.Listener() {
            @Override
            public void onOpened(Connection connection) {
                Run run = byPort.get(port(connection.getEndPoint()));
                if (run != null) {
                    byConnection.put(connection, run);
                    run.opened(connection);
                }
            }

            @Override
            public void onClosed(Connection connection) {
                Run run = byConnection.get(connection);
                if (run != null) {
                    run.closed(connection);
                }
            }
        });
    }

    private static int port(EndPoint endPoint) {
        return endPoint.getRemoteSocketAddress() instanceof java.net.InetSocketAddress address ? address.getPort() : 0;
    }

    private RequestLog log() {
        return (request, response) -> {
            Run run = byConnection.get(request.getConnectionMetaData().getConnection());
            if (run != null) {
                run.witness.add(
                        "log",
                        "%s %s %s %d read %s written %d%s"
                                .formatted(
                                        request.getMethod(),
                                        request.getHttpURI().getPath(),
                                        request.getConnectionMetaData().getHttpVersion(),
                                        response.getStatus(),
                                        read(request),
                                        Response.getContentBytesWritten(response),
                                        parameters(request)));
            }
        };
    }

    /** Whether anything was read: a piece of the content is now larger, now smaller, as the segments arrive. */
    private static String read(Request request) {
        return Request.getContentBytesRead(request) == 0 ? "0" : "some";
    }

    /** The form fields that a log can see. */
    private static String parameters(Request request) {
        String type = request.getHeaders().get("Content-Type");
        if (type == null || !type.startsWith("application/x-www-form-urlencoded")) {
            return "";
        }
        try {
            return " " + Request.getParameters(request);
        } catch (Exception x) {
            return " " + x.getClass().getSimpleName();
        }
    }

    /** Connects the run's client; the server finds its way back to the run by the client's port. */
    Client connect(Run run) throws IOException {
        Setup.Transport transport = run.episode.setup().transport();
        int port = transport == Setup.Transport.PROXY
                ? proxied.port()
                : transport.isTls() ? direct.tlsPort() : direct.port();
        return Client.connect(run.episode, port, executor, local -> byPort.put(local, run));
    }

    /** Plays the episode; a connection that came to nothing because the machine was slow is tried again. */
    Run.Outcome play(Episode episode) throws IOException {
        for (int i = 1; i < CONNECTS; i++) {
            try {
                return new Run(episode, executor).play(this);
            } catch (IOException tooSlow) {
                // Over TLS a handshake takes its time.
            }
        }
        return new Run(episode, executor).play(this);
    }

    void forget(Run run) {
        byPort.values().removeIf(each -> each == run);
        byConnection.values().removeIf(each -> each == run);
    }

    /** What is left of the episodes when all are over: empty if nothing is, as it ought to be. */
    String leftOver() {
        var left = new StringJoiner(", ", name + " has ", "").setEmptyValue("");
        for (TestServer server : List.of(direct, proxied)) {
            count(left, "connections", server.connections());
            if (server.server().getByteBufferPool() instanceof ArrayByteBufferPool.Tracking pool) {
                count(
                        left,
                        "buffers",
                        pool.getLeaks().stream()
                                .filter(leak -> !isServlets(leak.dump()))
                                .count());
            }
            var threads = (QueuedThreadPool) server.server().getThreadPool();
            count(left, "threads at work", threads.getUtilizedThreads());
            for (Connector connector : server.server().getConnectors()) {
                var limit = connector.getBean(NetworkConnectionLimit.class);
                count(left, "counted by the limit", limit.getNetworkConnectionCount());
                var factory = connector.getConnectionFactory(KeepAliveConnectionFactory.class);
                if (factory != null) {
                    count(left, "in the ledger", factory.getLedger().getOpen());
                    count(left, "lingering", factory.getLingering());
                }
            }
        }
        count(left, "in the statistics", statistics.getConnections());
        return left.toString();
    }

    /** Jetty's own output of servlets keeps its buffer if it is closed while the exchange fails; with its own factory, too. */
    private static boolean isServlets(String leak) {
        return leak.contains("HttpOutput.close(");
    }

    private static void count(StringJoiner left, String what, long count) {
        if (count != 0) {
            left.add(count + " " + what);
        }
    }

    /** Whether the thread is one of this side's servers'. */
    boolean owns(String thread) {
        return thread.startsWith("oracle-" + name);
    }

    String name() {
        return name;
    }

    @Override
    public void close() throws Exception {
        direct.close();
        proxied.close();
    }

    /** Leads each request to its run. */
    private final class Root extends Handler.Abstract {
        private final Handler servlets = ServletExchange.servlets();

        private Root() {
            installBean(servlets);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            Run run = byConnection.get(request.getConnectionMetaData().getConnection());
            if (run == null) {
                return false;
            }
            request.setAttribute(ServletExchange.RUN, run);
            return run.handle(request, response, callback, servlets);
        }

        @Override
        public void setServer(Server server) {
            super.setServer(server);
            servlets.setServer(server);
        }
    }
}
