package io.github.jettykeepalive.demo.embedded;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.demo.board.FactoryWatch;
import io.github.jettykeepalive.demo.board.Watch;
import io.github.jettykeepalive.demo.lab.Addresses;
import io.github.jettykeepalive.demo.lab.Setup;
import io.github.jettykeepalive.demo.lab.Side;
import io.github.jettykeepalive.demo.lab.Target;
import io.github.jettykeepalive.demo.web.Surroundings;
import io.github.jettykeepalive.demo.web.TargetServlet;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.ee11.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Ours and a stock Jetty, side by side in one JVM, with the same application. */
public final class LabServers implements Surroundings, AutoCloseable {
    private static final long STOP_TIMEOUT_MILLIS = 3000;

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]", "::1");

    private final LabConfig config;
    private final Server ours;
    private final Server stock;
    private final ServerConnector oursPlain;
    private final ServerConnector oursTls;
    private final ServerConnector stockPlain;
    private final FactoryWatch watch;
    private final Connectors connectors;

    /** Servers that are not started. */
    public LabServers(LabConfig config) {
        this.config = config;
        ours = server("ours");
        stock = server("stock");
        ours.setHandler(application());
        stock.setHandler(stockApplication());
        connectors = new Connectors(config.host());
        oursPlain = connectors.ours(ours, config.port(), Setup.DEFAULT);
        oursTls = connectors.ours(ours, config.tlsPort(), Setup.ofTls());
        stockPlain = connectors.stock(stock, config.stockPort(), Setup.DEFAULT);
        watch = new FactoryWatch(List.of(factory(oursPlain), factory(oursTls)));
        ours.addConnector(oursPlain);
        ours.addConnector(oursTls);
        stock.addConnector(stockPlain);
    }

    /** Starts both; if one cannot, the other is stopped again. */
    public LabServers start() throws Exception {
        try {
            stock.start();
            ours.start();
            return this;
        } catch (Exception e) {
            try {
                close();
            } catch (Exception second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    /** Waits until they are stopped. */
    public void join() throws InterruptedException {
        ours.join();
    }

    @Override
    public void close() throws Exception {
        try {
            ours.stop();
        } finally {
            stock.stop();
        }
    }

    /** Our plain port. */
    public int port() {
        return oursPlain.getLocalPort();
    }

    /** Our port that speaks TLS. */
    public int tlsPort() {
        return oursTls.getLocalPort();
    }

    /** The stock Jetty's port. */
    public int stockPort() {
        return stockPlain.getLocalPort();
    }

    @Override
    public Addresses addresses() {
        String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        return new Addresses(host + ":" + port(), host + ":" + stockPort(), "");
    }

    @Override
    public Target open(Side side, Setup setup) throws IOException {
        if (setup.isDefault()) {
            return new PermanentTarget(config.host(), side == Side.OURS ? port() : stockPort());
        }
        SSLContext tls = setup.tls() ? connectors.certificate().clientContext() : null;
        if (side == Side.STOCK) {
            return new RunTarget(connectors.stock(stock, 0, setup), tls, () -> {});
        }
        ServerConnector connector = connectors.ours(ours, 0, setup);
        KeepAliveConnectionFactory factory = factory(connector);
        watch.add(factory);
        return new RunTarget(connector, tls, () -> watch.remove(factory));
    }

    @Override
    public Watch watch() {
        return watch;
    }

    @Override
    public boolean isOurHost(String name) {
        return !LOOPBACK.contains(config.host()) || LOOPBACK.contains(name);
    }

    @Override
    public void beforeStop(Runnable task) {
        ours.addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStopping(LifeCycle server) {
                task.run();
            }
        });
    }

    private static KeepAliveConnectionFactory factory(ServerConnector connector) {
        return connector.getConnectionFactory(KeepAliveConnectionFactory.class);
    }

    private static Server server(String name) {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName(name);
        Server server = new Server(threads);
        server.setStopTimeout(STOP_TIMEOUT_MILLIS);
        server.setStopAtShutdown(true);
        return server;
    }

    private WebAppContext application() {
        WebAppContext context = new WebAppContext();
        context.setContextPath("/");
        context.setBaseResourceAsPath(WebAppFiles.find());
        // Classes come from where this one comes from, and must be the same: the bench is handed over as an object.
        context.setParentLoaderPriority(true);
        context.setThrowUnavailableOnStartupException(true);
        context.setAttribute(Surroundings.ATTRIBUTE, this);
        return context;
    }

    private static ServletContextHandler stockApplication() {
        ServletContextHandler context = new ServletContextHandler("/");
        ServletHolder target = new ServletHolder(new TargetServlet());
        target.setAsyncSupported(true);
        context.addServlet(target, "/target/*");
        return context;
    }
}
