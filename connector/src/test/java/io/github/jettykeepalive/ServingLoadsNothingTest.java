package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RecordingLoader;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/**
 * A server that has run out of file descriptors before its first request cannot load a class, and the JVM does not try twice. So a
 * factory that has started has what it takes to serve one, whatever it is.
 */
class ServingLoadsNothingTest {
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n";

    private static final List<String> REQUESTS = List.of(
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nKeep-Alive: timeout=5, max=5\r\nUser-Agent: b\r\n\r\n",
            "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "GET / HTTP/1.0\r\nExpect: 100-continue\r\nVia: 1.0 a\r\n\r\n",
            "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
            POST + "\r\n",
            POST + "\r\n123456789",
            POST + "Expect: 100-continue\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
            "nonsense\r\n\r\n",
            "GET / HT");

    @Test
    @SuppressWarnings("unchecked") // it is one, in a loader of its own
    void noClassIsLoadedByARequest() throws Exception {
        var loader = new RecordingLoader();
        Constructor<?> scene = loader.loadClass(Scene.class.getName()).getDeclaredConstructor();
        scene.setAccessible(true);
        try (var server = (AutoCloseable) ((Supplier<Object>) scene.newInstance()).get()) {
            List<String> before = loader.loaded();
            int port = (int) ((Supplier<Object>) server).get();
            for (String request : REQUESTS) {
                try (RawClient client = RawClient.connect(port)) {
                    client.send(request).halfClose();
                    client.readToEof();
                }
            }
            try (RawClient slow = RawClient.connect(port);
                    RawClient idle = RawClient.connect(port)) {
                slow.send("GET / HT").readToEof();
                idle.send(REQUESTS.get(0)).readToEof();
            }
            assertThat(before).contains("io.github.jettykeepalive.enforce.ManagedConnection");
            assertThat(loader.loaded().subList(before.size(), loader.loaded().size()))
                    .isEmpty();
        }
    }

    /** A server, the port it listens at, and its end. */
    static final class Scene implements Supplier<Object> {
        @Override
        public Object get() {
            return new Running();
        }
    }

    private static final class Running implements Supplier<Object>, AutoCloseable {
        private final Server server = new Server();
        private final ServerConnector connector;

        Running() {
            var factory = new KeepAliveConnectionFactory();
            factory.setKeepAliveTimeout(1000);
            factory.setRequestHeaderTimeout(1000);
            factory.setClientRules("\"b\" NO_KEEP_ALIVE");
            connector = new ServerConnector(server, factory);
            server.addConnector(connector);
            try {
                server.start();
            } catch (Exception x) {
                throw new IllegalStateException(x);
            }
        }

        @Override
        public Object get() {
            return connector.getLocalPort();
        }

        @Override
        public void close() throws Exception {
            server.stop();
        }
    }
}
