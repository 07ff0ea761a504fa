package io.github.jettykeepalive.enforce;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.Eventually;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpChannel;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/** A Jetty without a socket: its own HTTP connection on our end point, whose bytes are in memory. */
final class LocalServer implements AutoCloseable {
    private static final long PATIENCE = 10;

    private final Server server = new Server();
    final KeepAliveConnectionFactory factory = new KeepAliveConnectionFactory(plain());
    private final LocalConnector connector = new LocalConnector(server, factory);
    private volatile boolean goesDown;

    private static HttpConfiguration plain() {
        var configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        return configuration;
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }

    LocalServer start(Consumer<KeepAliveConnectionFactory> settings) throws Exception {
        settings.accept(factory);
        connector.setIdleTimeout(30_000);
        server.addConnector(connector);
        server.setHandler(new Application());
        server.start();
        return this;
    }

    /** The first line and the fields of each response, one line each. */
    List<String> ask(String... requests) throws Exception {
        var heads = new ArrayList<String>();
        try (var endPoint = connector.executeRequest(String.join("", requests))) {
            for (int i = 0; i < requests.length; i++) {
                String response = endPoint.getResponse(false, PATIENCE, TimeUnit.SECONDS);
                assertThat(response).as("after %s", heads).isNotNull();
                String[] head =
                        response.substring(0, response.indexOf("\r\n\r\n")).split("\r\n");
                var fields = new TreeSet<>(List.of(head).subList(1, head.length));
                heads.add(head[0] + " " + String.join("; ", fields));
            }
            if (goesDown || heads.get(heads.size() - 1).contains("Connection: close")) {
                // Whoever leaves at the last byte may be gone before the server has ended.
                Eventually.await(Duration.ofSeconds(PATIENCE), "the FIN is sent", endPoint::isOutputShutdown);
            }
        }
        return heads;
    }

    /** Does what its path says. */
    private final class Application extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            HttpFields.Mutable fields = response.getHeaders();
            boolean less = request.getHttpURI().getQuery() != null;
            switch (Request.getPathInContext(request)) {
                case "/max" -> request.setAttribute(KeepAliveAttributes.MAX_REQUESTS, less ? 1 : 3);
                case "/timeout" -> request.setAttribute(KeepAliveAttributes.KEEP_ALIVE_TIMEOUT, less ? 0L : 7000L);
                case "/close" -> request.setAttribute(KeepAliveAttributes.CLOSE, true);
                case "/header" -> fields.put("Connection", "close");
                case "/stream-of-its-own" -> request.addHttpStreamWrapper(OwnStream::new);
                case "/stop" -> request.addHttpStreamWrapper(stream -> new StoppedStream(stream, request));
                case "/attributes" -> attributes(request, fields);
                default -> {}
            }
            switch (Request.getPathInContext(request)) {
                case "/status" -> {
                    response.setStatus(204);
                    callback.succeeded();
                }
                case "/stream" ->
                    response.write(
                            false,
                            ByteBuffer.wrap("hello".getBytes(US_ASCII)),
                            Callback.from(() -> response.write(true, null, callback), callback::failed));
                case "/interim" ->
                    response.writeInterim(103, HttpFields.build().put("Link", "</a>"))
                            .whenComplete((done, failure) -> Content.Sink.write(response, true, "hello", callback));
                case "/fail" -> callback.failed(new IllegalStateException("as it was told to"));
                default -> Content.Sink.write(response, true, "hello", callback);
            }
            return true;
        }

        private static void attributes(Request request, HttpFields.Mutable fields) {
            fields.put("X-Id", "" + (request.getAttribute(KeepAliveAttributes.CONNECTION_ID) instanceof String));
            fields.put("X-Number", String.valueOf(request.getAttribute(KeepAliveAttributes.REQUEST_NUMBER)));
            fields.put("X-Left", String.valueOf(request.getAttribute(KeepAliveAttributes.REQUESTS_LEFT)));
            fields.put("X-Age", "" + (request.getAttribute(KeepAliveAttributes.AGE) instanceof Long age && age >= 0));
            fields.put("X-Reason", String.valueOf(request.getAttribute(KeepAliveAttributes.CLOSE_REASON)));
        }
    }

    /** Sends other fields than those that it prepared. */
    private static final class OwnStream extends HttpStream.Wrapper {
        OwnStream(HttpStream stream) {
            super(stream);
        }

        @Override
        public void send(
                MetaData.Request request,
                MetaData.Response response,
                boolean last,
                ByteBuffer content,
                Callback callback) {
            var other = new MetaData.Response(
                    response.getStatus(),
                    response.getReason(),
                    response.getHttpVersion(),
                    HttpFields.build(response.getHttpFields()).add("X-Own", "yes"));
            super.send(request, other, last, content, callback);
        }
    }

    /** The server goes down when the response is written, before Jetty is told so. */
    private final class StoppedStream extends HttpStream.Wrapper {
        private final HttpChannel channel;

        StoppedStream(HttpStream stream, Request request) {
            super(stream);
            goesDown = true;
            channel = (HttpChannel) request.getComponents();
        }

        @Override
        public void send(
                MetaData.Request request,
                MetaData.Response response,
                boolean last,
                ByteBuffer content,
                Callback callback) {
            Callback stopped = Callback.from(
                    () -> {
                        stop();
                        callback.succeeded();
                    },
                    callback::failed);
            super.send(request, response, last, content, stopped);
        }

        /** As much of it as Jetty's selector does to a connection whose thread is here. */
        private void stop() {
            connector.shutdown();
            channel.onFailure(new EofException("the server stops")).run();
        }
    }
}
