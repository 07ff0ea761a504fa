package io.github.jettykeepalive.testing;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * A Jetty on free ports of the loopback interface, whose HTTP/1.1 connection factory is the one under test.
 *
 * <pre>{@code
 * try (var server = TestServer.with(HttpConnectionFactory::new).start(handler);
 *         var client = RawClient.connect(server.port())) { ... }
 * }</pre>
 *
 * Closing it stops the server and asserts that every buffer taken from the pool was given back.
 */
public final class TestServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Server server;
    private final ServerConnector plain;
    private final @Nullable ServerConnector tls;

    private TestServer(Server server, ServerConnector plain, @Nullable ServerConnector tls) {
        this.server = server;
        this.plain = plain;
        this.tls = tls;
    }

    /**
     * A server that has yet to be started.
     *
     * @param http makes the factory under test, once for each connector
     */
    public static Builder with(Function<HttpConfiguration, ? extends HttpConnectionFactory> http) {
        return new Builder(http);
    }

    /** The port that speaks plain HTTP. */
    public int port() {
        return plain.getLocalPort();
    }

    /** The port that speaks TLS, if {@link Builder#tls} was asked for. */
    public int tlsPort() {
        return tlsConnector().getLocalPort();
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    public URI tlsUri(String path) {
        return URI.create("https://127.0.0.1:" + tlsPort() + path);
    }

    public Server server() {
        return server;
    }

    public ServerConnector connector() {
        return plain;
    }

    public ServerConnector tlsConnector() {
        if (tls == null) {
            throw new IllegalStateException("this server was started without tls()");
        }
        return tls;
    }

    /** The factory under test of the plain connector. */
    public <T extends ConnectionFactory> T factory(Class<T> type) {
        return plain.getConnectionFactory(type);
    }

    /** The number of pool threads that have something to do; an idle server has its acceptors and selectors. */
    public int threads() {
        return ((QueuedThreadPool) server.getThreadPool()).getBusyThreads();
    }

    /** The number of connections that are open, over both connectors. */
    public int connections() {
        return plain.getConnectedEndPoints().size()
                + (tls == null ? 0 : tls.getConnectedEndPoints().size());
    }

    /** Waits until the server has no connection left. */
    public void awaitNoConnections() {
        Eventually.await(PATIENCE, "no connection is open", this::connections, open -> open == 0);
    }

    @Override
    public void close() throws Exception {
        close(PATIENCE);
    }

    void close(Duration patience) throws Exception {
        server.stop();
        if (server.getByteBufferPool() instanceof ArrayByteBufferPool.Tracking pool) {
            Eventually.await(patience, "all buffers are released", pool::dumpLeaks, String::isEmpty);
        }
    }

    /** What a server under test may need besides its factory. */
    public static final class Builder {
        private final Function<HttpConfiguration, ? extends HttpConnectionFactory> http;
        private final QueuedThreadPool threads = new QueuedThreadPool();
        private final HttpConfiguration configuration = new HttpConfiguration();
        private final List<Consumer<ServerConnector>> connectorSettings = new ArrayList<>();
        private final List<Consumer<Server>> serverSettings = new ArrayList<>();
        private String @Nullable [] tlsProtocols;
        private boolean proxyProtocol;
        private boolean leakTracking = true;

        private Builder(Function<HttpConfiguration, ? extends HttpConnectionFactory> http) {
            this.http = http;
            threads.setName("test-server");
        }

        /** The name that the server's threads begin with. */
        public Builder name(String name) {
            threads.setName(name);
            return this;
        }

        /** The idle timeout of the connectors. */
        public Builder idleTimeout(Duration timeout) {
            return connector(connector -> connector.setIdleTimeout(timeout.toMillis()));
        }

        /**
         * Adds a TLS connector.
         *
         * @param protocols such as {@code TLSv1.2}; none for Jetty's default
         */
        public Builder tls(String... protocols) {
            tlsProtocols = protocols;
            return this;
        }

        /** Every connection begins with the PROXY protocol, version 1 or 2. */
        public Builder proxyProtocol() {
            proxyProtocol = true;
            return this;
        }

        public Builder httpConfiguration(Consumer<HttpConfiguration> settings) {
            settings.accept(configuration);
            return this;
        }

        /** Settings of both connectors. */
        public Builder connector(Consumer<ServerConnector> settings) {
            connectorSettings.add(settings);
            return this;
        }

        /** Settings of the server, applied last before it starts. */
        public Builder configure(Consumer<Server> settings) {
            serverSettings.add(settings);
            return this;
        }

        /** Uses Jetty's ordinary pool, for what measures: the tracking one keeps a stack trace for each buffer. */
        public Builder withoutLeakTracking() {
            leakTracking = false;
            return this;
        }

        /**
         * Starts the server; the builder is not used again.
         *
         * @param handler a Jetty {@link Handler} or a lambda
         */
        public TestServer start(Request.Handler handler) throws Exception {
            var pool = leakTracking ? new ArrayByteBufferPool.Tracking() : new ArrayByteBufferPool();
            var server = new Server(threads, null, pool);
            server.setHandler(handler instanceof Handler whole ? whole : new Wrapped(handler));
            var plain = connector(server, List.of(http.apply(configuration)));
            var tls = tlsProtocols == null ? null : connector(server, tlsFactories(tlsProtocols));
            serverSettings.forEach(settings -> settings.accept(server));
            server.start();
            return new TestServer(server, plain, tls);
        }

        private List<ConnectionFactory> tlsFactories(String[] protocols) {
            var context = TestKeys.serverContext();
            if (protocols.length > 0) {
                context.setIncludeProtocols(protocols);
            }
            var secure = new HttpConfiguration(configuration);
            secure.addCustomizer(new SecureRequestCustomizer(false));
            var factory = http.apply(secure);
            return List.of(new SslConnectionFactory(context, factory.getProtocol()), factory);
        }

        private ServerConnector connector(Server server, List<? extends ConnectionFactory> factories) {
            var all = new ArrayList<ConnectionFactory>(factories);
            if (proxyProtocol) {
                all.add(0, new ProxyConnectionFactory());
            }
            var connector = new ServerConnector(server, all.toArray(ConnectionFactory[]::new));
            connector.setHost("127.0.0.1");
            connectorSettings.forEach(settings -> settings.accept(connector));
            server.addConnector(connector);
            return connector;
        }
    }

    private static final class Wrapped extends Handler.Abstract {
        private final Request.Handler handler;

        private Wrapped(Request.Handler handler) {
            this.handler = handler;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            return handler.handle(request, response, callback);
        }
    }
}
