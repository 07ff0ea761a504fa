package io.github.jettykeepalive.bench;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.KeyStoreFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Jetty with our factory, with its own, or with one that only holds sockets open. */
final class JettyServer {
    private static final long LONG = 600_000;
    /** Our default. */
    private static final long RECYCLED_AFTER = 1000;

    private JettyServer() {}

    /**
     * Runs until its input ends.
     *
     * @param arguments {@code ours}, {@code stock} or {@code bare}; {@code handler} or {@code servlet}; then {@code patient}
     *     for one that lingers for as long as the benchmark takes, {@code unlimited} for one without {@code maxRequests}, or
     *     {@code recycling} for a stock one that ends its connections nevertheless
     */
    public static void main(String[] arguments) throws Exception {
        String special = arguments.length > 2 ? arguments[2] : "";
        var server = new Server();
        server.setHandler(arguments[1].equals("servlet") ? servlet() : new HelloHandler());
        ServerConnector plain = add(server, http(arguments[0], special));
        ServerConnector tls = arguments[0].equals("bare") ? null : tls(server, http(arguments[0], special));
        server.start();
        Console.serve(plain.getLocalPort(), tls == null ? 0 : tls.getLocalPort());
    }

    private static Handler servlet() {
        var context = new ServletContextHandler("/", false, false);
        context.addServlet(HelloServlet.class, "/*");
        return context;
    }

    private static ConnectionFactory http(String kind, String special) {
        return switch (kind) {
            case "ours" -> ours(special);
            case "stock" -> stock(special.equals("recycling"));
            case "bare" -> new BareFactory();
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static ConnectionFactory stock(boolean recycling) {
        var configuration = new HttpConfiguration();
        if (recycling) {
            configuration.addCustomizer((request, headers) -> {
                if (request.getConnectionMetaData().getConnection().getMessagesIn() >= RECYCLED_AFTER) {
                    headers.put(HttpHeader.CONNECTION, "close");
                }
                return request;
            });
        }
        return new HttpConnectionFactory(configuration);
    }

    private static KeepAliveConnectionFactory ours(String special) {
        var factory = new KeepAliveConnectionFactory(new HttpConfiguration());
        switch (special) {
            case "patient" -> {
                factory.setLingerTimeout(LONG);
                factory.setLingerIdleTimeout(LONG);
            }
            case "unlimited" -> factory.setMaxRequests(0);
            default -> {}
        }
        return factory;
    }

    private static ServerConnector tls(Server server, ConnectionFactory http) throws Exception {
        var context = new SslContextFactory.Server();
        Path keys = KeyStoreFile.write(Files.createTempDirectory("bench").resolve("keys.p12"));
        context.setKeyStorePath(keys.toString());
        context.setKeyStorePassword(KeyStoreFile.PASSWORD);
        return add(server, new SslConnectionFactory(context, http.getProtocol()), http);
    }

    private static ServerConnector add(Server server, ConnectionFactory... factories) {
        var connector = new ServerConnector(server, factories);
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(4096);
        connector.setIdleTimeout(LONG);
        server.addConnector(connector);
        return connector;
    }

    private static final class BareFactory extends AbstractConnectionFactory {
        BareFactory() {
            super("bare");
        }

        @Override
        public Connection newConnection(Connector connector, EndPoint endPoint) {
            return configure(new BareConnection(endPoint, connector), connector, endPoint);
        }
    }

    private static final class BareConnection extends AbstractConnection {
        BareConnection(EndPoint endPoint, Connector connector) {
            super(endPoint, connector.getExecutor());
        }

        @Override
        public void onOpen() {
            super.onOpen();
            fillInterested();
        }

        @Override
        public void onFillable() {
            getEndPoint().close();
        }
    }
}
