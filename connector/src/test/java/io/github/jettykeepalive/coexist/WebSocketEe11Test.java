package io.github.jettykeepalive.coexist;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.TestKeys;
import io.github.jettykeepalive.testing.TestServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An upgrade to WebSocket, echo and closing handshake, plain and over TLS. */
class WebSocketEe11Test {
    private static final long TIGHT = 100;

    @ParameterizedTest
    @EnumSource
    void coreWebSocketEchoes(Http http) throws Exception {
        WebSocketUpgradeHandler handler = new WebSocketUpgradeHandler(
                upgrade -> upgrade.addMapping("/*", (request, response, callback) -> new CoreEcho()));

        assertEchoes(http, handler);
    }

    @ParameterizedTest
    @EnumSource
    void ee11WebSocketEchoes(Http http) throws Exception {
        ServletContextHandler context = new ServletContextHandler("/");
        JettyWebSocketServletContainerInitializer.configure(
                context, (servletContext, container) -> container.addMapping("/*", (request, response) -> new Echo()));

        assertEchoes(http, context);
    }

    @Test
    void limitsOfHttpEndWithTheUpgrade() throws Exception {
        try (TestServer server = TestServer.with(WebSocketEe11Test::tight)
                .start(new WebSocketUpgradeHandler(
                        upgrade -> upgrade.addMapping("/*", (request, response, callback) -> new CoreEcho())))) {
            Heard heard = new Heard();
            WebSocket socket = open(URI.create("ws://localhost:" + server.port() + "/"), heard);

            assertThatThrownBy(() -> heard.close.get(5 * TIGHT, MILLISECONDS)).isInstanceOf(TimeoutException.class);
            assertEchoes(socket, heard);
        }
    }

    private static KeepAliveConnectionFactory tight(HttpConfiguration configuration) {
        KeepAliveConnectionFactory factory = new KeepAliveConnectionFactory(configuration);
        factory.setMaxRequests(1);
        factory.setAdvertiseMargin(0);
        factory.setKeepAliveTimeout(TIGHT);
        factory.setRequestHeaderTimeout(TIGHT);
        factory.setMaxAge(TIGHT);
        return factory;
    }

    private static void assertEchoes(Http http, Handler handler) throws Exception {
        try (TestServer server = http.server().tls().start(handler)) {
            assertEchoes(URI.create("ws://localhost:" + server.port() + "/"));
            assertEchoes(URI.create("wss://localhost:" + server.tlsPort() + "/"));
            server.awaitNoConnections();
        }
    }

    private static void assertEchoes(URI uri) throws Exception {
        Heard heard = new Heard();
        assertEchoes(open(uri, heard), heard);
    }

    private static WebSocket open(URI uri, Heard heard) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(TestKeys.clientSslContext()).build();
        return client.newWebSocketBuilder().buildAsync(uri, heard).get(30, SECONDS);
    }

    private static void assertEchoes(WebSocket socket, Heard heard) throws Exception {
        socket.sendText("hello", true).get(30, SECONDS);
        assertThat(heard.text.get(30, SECONDS)).isEqualTo("hello");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(30, SECONDS);
        assertThat(heard.close.get(30, SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
    }

    private static final class Heard implements WebSocket.Listener {
        final CompletableFuture<String> text = new CompletableFuture<>();
        final CompletableFuture<Integer> close = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.complete(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            close.complete(status);
            return null;
        }
    }

    /** For the servlet's container, which wants it public. */
    public static final class Echo extends Session.Listener.AbstractAutoDemanding {
        @Override
        public void onWebSocketText(String message) {
            getSession().sendText(message, org.eclipse.jetty.websocket.api.Callback.NOOP);
        }
    }

    private static final class CoreEcho implements FrameHandler {
        private @Nullable CoreSession session;

        @Override
        public void onOpen(CoreSession coreSession, Callback callback) {
            session = coreSession;
            callback.succeeded();
            coreSession.demand();
        }

        @Override
        public void onFrame(Frame frame, Callback callback) {
            if (frame.getOpCode() == OpCode.TEXT && session != null) {
                session.sendFrame(new Frame(OpCode.TEXT, BufferUtil.copy(frame.getPayload())), callback, false);
                session.demand();
            } else {
                callback.succeeded();
            }
        }

        @Override
        public void onError(Throwable cause, Callback callback) {
            callback.succeeded();
        }

        @Override
        public void onClosed(CloseStatus status, Callback callback) {
            callback.succeeded();
        }
    }
}
