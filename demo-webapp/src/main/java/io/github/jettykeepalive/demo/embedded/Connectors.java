package io.github.jettykeepalive.demo.embedded;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.demo.lab.Setup;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Makes connectors: ours with a policy, stock ones with the nearest that Jetty has by itself. */
final class Connectors {
    private final String host;
    private final CompletableFuture<Certificate> certificate = CompletableFuture.supplyAsync(Certificate::make);

    Connectors(String host) {
        this.host = host;
    }

    /** For clients that meet our certificate. */
    Certificate certificate() {
        return certificate.join();
    }

    ServerConnector ours(Server server, int port, Setup setup) {
        return connector(server, port, setup.tls(), factory(setup));
    }

    ServerConnector stock(Server server, int port, Setup setup) {
        ServerConnector connector =
                connector(server, port, setup.tls(), new HttpConnectionFactory(configuration(setup.tls())));
        Map<String, Long> settings = setup.settings();
        for (String timeout : List.of(Setup.KEEP_ALIVE_TIMEOUT, Setup.REQUEST_HEADER_TIMEOUT)) {
            connector.setIdleTimeout(settings.getOrDefault(timeout, connector.getIdleTimeout()));
        }
        if (settings.containsKey(Setup.MAX_CONNECTIONS_PER_CLIENT)) {
            int most = Math.toIntExact(settings.get(Setup.MAX_CONNECTIONS_PER_CLIENT));
            connector.addBean(new NetworkConnectionLimit(most, connector));
        }
        return connector;
    }

    /** The demo's own numbers are small enough to see each of them happen while one looks. */
    private static KeepAliveConnectionFactory factory(Setup setup) {
        KeepAliveConnectionFactory factory = new KeepAliveConnectionFactory(configuration(setup.tls()));
        factory.setMaxRequests(100);
        factory.setKeepAliveTimeout(15_000);
        factory.setRequestHeaderTimeout(10_000);
        setup.settings().forEach((name, value) -> apply(factory, name, value));
        return factory;
    }

    private static void apply(KeepAliveConnectionFactory factory, String name, long value) {
        switch (name) {
            case Setup.KEEP_ALIVE_TIMEOUT -> factory.setKeepAliveTimeout(value);
            case Setup.ADVERTISE_MARGIN -> factory.setAdvertiseMargin(value);
            case Setup.REQUEST_HEADER_TIMEOUT -> factory.setRequestHeaderTimeout(value);
            case Setup.MAX_CONNECTIONS_PER_CLIENT -> factory.setMaxConnectionsPerClient(Math.toIntExact(value));
            case Setup.CLIENT_CLOSES_FIRST -> factory.setClientClosesFirst(value);
            default -> throw new IllegalArgumentException(name);
        }
    }

    private ServerConnector connector(Server server, int port, boolean tls, HttpConnectionFactory http) {
        ConnectionFactory[] factories = tls
                ? new ConnectionFactory[] {new SslConnectionFactory(tlsContext(), http.getProtocol()), http}
                : new ConnectionFactory[] {http};
        ServerConnector connector = new ServerConnector(server, 1, 1, factories);
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(1024);
        return connector;
    }

    private SslContextFactory.Server tlsContext() {
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setKeyStore(certificate().keyStore());
        context.setKeyStorePassword(Certificate.PASSWORD);
        return context;
    }

    private static HttpConfiguration configuration(boolean tls) {
        HttpConfiguration configuration = new HttpConfiguration();
        if (tls) {
            configuration.addCustomizer(new SecureRequestCustomizer(false));
        }
        return configuration;
    }
}
