package io.github.jettykeepalive.interop;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.TestServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.io.ConnectionStatistics;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The server that peers talk to. {@code /echo/ID} reads the whole request, counts it, and answers with its id and content;
 * {@code /upload} answers 413 and reads nothing.
 */
public final class Origin implements AutoCloseable {
    static final String ECHO = "/echo/";
    static final String REFUSE = "/upload";

    private final Map<String, AtomicInteger> executions = new ConcurrentHashMap<>();
    private final ConnectionStatistics statistics = new ConnectionStatistics();
    private final TestServer server;
    private final @Nullable KeepAliveConnectionFactory factory;

    private Origin(
            Function<HttpConfiguration, ? extends HttpConnectionFactory> http, Consumer<ServerConnector> settings)
            throws Exception {
        server = TestServer.with(http)
                .name("origin")
                .connector(settings)
                .connector(connector -> connector.addBean(statistics))
                .withoutLeakTracking()
                .start(this::handle);
        factory = server.factory(HttpConnectionFactory.class) instanceof KeepAliveConnectionFactory ours ? ours : null;
    }

    /** Jetty with our factory. */
    public static Origin ours(Consumer<KeepAliveConnectionFactory> settings) throws Exception {
        return ours(settings, connector -> {});
    }

    /** As {@link #ours(Consumer)}, for peers that are not on the loopback interface, say. */
    public static Origin ours(Consumer<KeepAliveConnectionFactory> settings, Consumer<ServerConnector> connector)
            throws Exception {
        return new Origin(
                configuration -> {
                    var factory = new KeepAliveConnectionFactory(configuration);
                    settings.accept(factory);
                    return factory;
                },
                connector);
    }

    /** Jetty with its own factory, whose one timeout is for idle connections too. */
    public static Origin stock(Duration idleTimeout) throws Exception {
        return stock(idleTimeout, connector -> {});
    }

    /** As {@link #stock(Duration)}, for peers that are not on the loopback interface, say. */
    public static Origin stock(Duration idleTimeout, Consumer<ServerConnector> connector) throws Exception {
        return new Origin(HttpConnectionFactory::new, each -> {
            each.setIdleTimeout(idleTimeout.toMillis());
            connector.accept(each);
        });
    }

    private boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        if (path.equals(REFUSE)) {
            Response.writeError(request, response, callback, 413);
            return true;
        }
        if (!path.startsWith(ECHO)) {
            return false;
        }
        String id = path.substring(ECHO.length());
        // Only a request that has come whole is executed.
        String content = Content.Source.asString(request, StandardCharsets.UTF_8);
        executions.computeIfAbsent(id, key -> new AtomicInteger()).incrementAndGet();
        Content.Sink.write(response, true, answer(id, content), callback);
        return true;
    }

    static String answer(String id, String content) {
        return content.isEmpty() ? id : id + " " + content;
    }

    public int port() {
        return server.port();
    }

    public URI uri(String path) {
        return server.uri(path);
    }

    /** How often a request was executed. */
    public int executions(String id) {
        var count = executions.get(id);
        return count == null ? 0 : count.get();
    }

    /** All executions. */
    public int requests() {
        return executions.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /** The ids of what was executed more than once. */
    public Set<String> executedTwice() {
        var ids = new TreeSet<String>();
        executions.forEach((id, count) -> {
            if (count.get() > 1) {
                ids.add(id);
            }
        });
        return ids;
    }

    /** Connections accepted since the start. */
    public long connections() {
        return statistics.getConnectionsTotal();
    }

    /** Why connections ended; nothing from stock Jetty, which does not tell. */
    public Map<String, Long> closes() {
        return factory == null ? Map.of() : factory.getLedger().getClosesByReason();
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
