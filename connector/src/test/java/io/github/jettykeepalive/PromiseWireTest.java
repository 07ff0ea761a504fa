package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.enforce.KeepAliveAttributes;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.End;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a response has announced is what happens, whatever is changed behind it. */
class PromiseWireTest {
    private static final Duration WHILE = Duration.ofMillis(700);

    private static String post(String... fields) {
        return Ask.request("POST / HTTP/1.1", fields);
    }

    /** Something that is set when the response's header is out and its end is not. */
    private enum TooLate {
        ATTRIBUTE((request, factory) -> request.setAttribute(KeepAliveAttributes.KEEP_ALIVE_TIMEOUT, 200L)),
        ATTRIBUTE_CLOSE((request, factory) -> request.setAttribute(KeepAliveAttributes.CLOSE, true)),
        TIMEOUT((request, factory) -> factory.setKeepAliveTimeout(200)),
        NO_PERSISTENCE((request, factory) -> factory.setKeepAliveTimeout(0)),
        REQUESTS((request, factory) -> factory.setMaxRequests(1)),
        STATUS((request, factory) -> factory.setCloseOnStatus("200"));

        private final BiConsumer<Request, KeepAliveConnectionFactory> change;

        TooLate(BiConsumer<Request, KeepAliveConnectionFactory> change) {
            this.change = change;
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatChangesBehindTheCommitIsForTheNextResponse(TooLate late) throws Exception {
        var factory = new AtomicReference<KeepAliveConnectionFactory>();
        Request.Handler handler = (request, response, callback) -> {
            response.write(
                    false,
                    BufferUtil.toBuffer("one"),
                    Callback.from(
                            () -> {
                                late.change.accept(request, factory.get());
                                response.write(true, BufferUtil.toBuffer("two"), callback);
                            },
                            callback::failed));
            return true;
        };
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        settings -> {
                            settings.setAdvertiseMargin(0);
                            factory.set(settings);
                        },
                        handler);
                var client = rig.connect()) {
            RawResponse response = client.send(get(KEEP_ALIVE)).readResponse();
            assertThat(response.fields("Keep-Alive").toString()).contains("timeout=30");
            assertThat(client.patience(WHILE).readToEof().end()).isEqualTo(End.TIMEOUT);

            RawResponse next =
                    client.patience(Rig.PATIENCE).send(get(KEEP_ALIVE)).readResponse();
            assertThat(next.status()).isEqualTo(200);
        }
    }

    /** A connector without an idle timeout: the shorter timeout of a client or an application is ours to keep to. */
    @ParameterizedTest
    @CsvSource({"0, client", "-1, client", "0, application", "-1, application"})
    void whatIsAnnouncedIsEnforcedThoughTheConnectorNeverTimesOut(long idleTimeout, String whose) throws Exception {
        Request.Handler handler = (request, response, callback) -> {
            if (whose.equals("application")) {
                request.setAttribute(KeepAliveAttributes.KEEP_ALIVE_TIMEOUT, 1000L);
            }
            return Rig.hello(request, response, callback);
        };
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        settings -> settings.setAdvertiseMargin(0),
                        server -> server.connector(connector -> connector.setIdleTimeout(idleTimeout)),
                        handler);
                var client = rig.connect()) {
            String[] fields = whose.equals("client")
                    ? new String[] {"Connection: keep-alive", "Keep-Alive: timeout=1"}
                    : new String[] {KEEP_ALIVE};
            RawResponse response = client.send(get(fields)).readResponse();
            assertThat(response.fields("Keep-Alive").toString()).contains("timeout=1");
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    private static Request.Handler helloWithIdleTimeout(long millis) {
        return (request, response, callback) -> {
            request.getConnectionMetaData().getConnection().getEndPoint().setIdleTimeout(millis);
            return Rig.hello(request, response, callback);
        };
    }

    /** The idle timeout that an application gives its end point counts, and so it is what is announced. */
    @Test
    void idleTimeoutOfTheEndPointIsAnnounced() throws Exception {
        Request.Handler handler = helloWithIdleTimeout(2000);
        try (var rig = Rig.start(Wire.PLAIN, handler);
                var client = rig.connect()) {
            assertThat(client.send(get(KEEP_ALIVE))
                            .readResponse()
                            .fields("Keep-Alive")
                            .toString())
                    .contains("timeout=1,");
        }
    }

    /** An idle timeout that was shortened, here or by a low resource monitor, ends the wait before a longer keep-alive timeout does. */
    @Test
    void shortenedIdleTimeoutIsAnnouncedThoughTheKeepAliveTimeoutIsLonger() throws Exception {
        Request.Handler handler = helloWithIdleTimeout(2000);
        try (var rig = Rig.start(Wire.PLAIN, factory -> factory.setKeepAliveTimeout(15_000), handler);
                var client = rig.connect()) {
            long start = System.nanoTime();
            RawResponse response = client.send(get(KEEP_ALIVE)).readResponse();
            assertThat(response.fields("Keep-Alive").toString()).contains("timeout=1,");
            client.expectFin();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(1000), Duration.ofMillis(12_000));
            client.halfClose();
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    /** A longer one does not make it longer. */
    @Test
    void lengthenedIdleTimeoutIsNotAnnounced() throws Exception {
        Request.Handler handler = helloWithIdleTimeout(60_000);
        try (var rig = Rig.start(Wire.PLAIN, factory -> factory.setKeepAliveTimeout(15_000), handler);
                var client = rig.connect()) {
            assertThat(client.send(get(KEEP_ALIVE))
                            .readResponse()
                            .fields("Keep-Alive")
                            .toString())
                    .contains("timeout=14,");
        }
    }

    /** The idle timeout of a request is not that of the wait behind it. */
    @Test
    void idleTimeoutOfARequestIsNot() throws Exception {
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        settings -> {},
                        server -> server.httpConfiguration(configuration -> configuration.setIdleTimeout(2000)),
                        Rig::hello);
                var client = rig.connect()) {
            assertThat(client.send(get(KEEP_ALIVE))
                            .readResponse()
                            .fields("Keep-Alive")
                            .toString())
                    .contains("timeout=29,");
        }
    }

    /** The interim response that a client waits for is 100, and no other will do. */
    @Test
    void otherInterimResponsesAreNotTheOneThatIsOwed() throws Exception {
        Request.Handler hints = (request, response, callback) -> {
            response.writeInterim(103, HttpFields.EMPTY).thenRun(() -> {
                Callback end = Callback.from(
                        () -> response.write(true, BufferUtil.toBuffer("two"), callback), callback::failed);
                response.write(false, BufferUtil.toBuffer("one"), end);
            });
            return true;
        };
        try (var rig = Rig.start(Wire.PLAIN, hints);
                var client = rig.connect()) {
            client.send(post("Expect: 100-continue", "Content-Length: 5"));
            assertThat(client.readResponse().status()).isEqualTo(103);
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.fields("Connection")).containsExactly("close");
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.BODY_LEFT);
        }
    }

    /** Bytes that a client sends ahead into a tunnel that it does not get are not a request. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1", "HTTP/1.0"})
    void refusedConnectCloses(String version) throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, (request, response, callback) -> {
                    response.setStatus(405);
                    callback.succeeded();
                    return true;
                });
                var client = rig.connect()) {
            client.send("CONNECT a.example:443 " + version + "\r\nHost: a.example:443\r\n" + KEEP_ALIVE + "\r\n\r\n"
                    + get());
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(405);
            assertThat(response.fields("Connection")).containsExactly("close");
            client.expectFin();
            client.halfClose();
            rig.awaitCloses(1);
        }
    }

    /** Nor are those that it sends into a tunnel, or to another protocol, that was promised and is not there. */
    @ParameterizedTest
    @CsvSource({
        "CONNECT a.example:443, 200, false",
        "CONNECT a.example:443, 204, false",
        "CONNECT a.example:443, 200, true",
        "GET /, 101, false",
        "GET /, 101, true"
    })
    void protocolThatNobodySpeaksCloses(String request, int status, boolean elsewhere) throws Exception {
        var served = new AtomicLong();
        try (var rig = Rig.start(Wire.PLAIN, (asked, response, callback) -> {
                    served.incrementAndGet();
                    response.setStatus(status);
                    if (elsewhere) {
                        CompletableFuture.runAsync(
                                callback::succeeded, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
                    } else {
                        callback.succeeded();
                    }
                    return true;
                });
                var client = rig.connect()) {
            client.send(request + " HTTP/1.1\r\nHost: a.example:443\r\n\r\n" + get());
            assertThat(client.readResponse().status()).isEqualTo(status);
            client.send(get());
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.APPLICATION);
            assertThat(served).hasValue(1);
        }
    }

    /** Jetty asks the attribute alone: with a response that says close, too, the other protocol has the connection. */
    @ParameterizedTest
    @CsvSource({"1.1, Connection: close, 0", "1.0, '', 0", "1.1, '', 1"})
    void protocolThatFollowsAClosingResponseHasTheConnection(String version, String field, int maxRequests)
            throws Exception {
        try (var rig = Rig.start(
                        Wire.PLAIN, factory -> factory.setMaxRequests(maxRequests), (request, response, callback) -> {
                            EndPoint endPoint = request.getConnectionMetaData()
                                    .getConnection()
                                    .getEndPoint();
                            request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, new Echo(endPoint));
                            Content.Sink.write(response, true, "now echo", callback);
                            return true;
                        });
                var client = rig.connect()) {
            client.send("GET / HTTP/" + version + "\r\nHost: a\r\n" + (field.isEmpty() ? "" : field + "\r\n") + "\r\n");
            assertThat(client.readResponse().body()).isEqualTo("now echo");
            assertThat(client.send("words").read("words".length())).isEqualTo("words");
        }
    }

    private static final class Echo extends AbstractConnection {
        Echo(EndPoint endPoint) {
            super(endPoint, Runnable::run);
        }

        @Override
        public void onOpen() {
            super.onOpen();
            fillInterested();
        }

        @Override
        public void onFillable() {
            ByteBuffer buffer = BufferUtil.allocate(100);
            try {
                if (getEndPoint().fill(buffer) > 0) {
                    getEndPoint().write(Callback.from(this::close), buffer);
                } else {
                    close();
                }
            } catch (IOException gone) {
                close();
            }
        }
    }

    /** Customizers are a list that an application may replace at any time: what comes next on a kept connection is ours all the same. */
    @Test
    void customizersThatAreReplacedLeaveAKeptConnectionManaged() throws Exception {
        var slow = new CountDownLatch(1);
        var configurations = new ArrayList<HttpConfiguration>();
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        factory -> {
                            factory.setRequestHeaderTimeout(1500);
                            configurations.add(factory.getHttpConfiguration());
                        },
                        (request, response, callback) -> {
                            if (request.getHttpURI().getPath().equals("/slow")) {
                                slow.await();
                            }
                            return Rig.hello(request, response, callback);
                        });
                var client = rig.connect()) {
            assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
            configurations.forEach(
                    configuration -> configuration.setCustomizers(List.of(new ForwardedRequestCustomizer())));
            client.send("GET /slow HT").awaitRead();
            client.send("TP/1.1\r\nHost: a\r\n\r\n");
            try (var neighbour = rig.connect()) {
                assertThat(neighbour.send("GET").readResponse().status()).isEqualTo(408);
            }
            slow.countDown();
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
        }
    }

    /** Jetty sets an idle timeout for the time of a request and takes it back, but not if it has set none. */
    @Test
    void idleTimeoutThatIsTakenAwayIsNotAnnounced() throws Exception {
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        factory -> factory.getHttpConfiguration().setIdleTimeout(0),
                        builder -> builder.idleTimeout(Duration.ofSeconds(5)),
                        Rig::hello);
                var client = rig.connect()) {
            RawResponse response = client.send(get(KEEP_ALIVE)).readResponse();
            assertThat(response.fields("Keep-Alive")).noneMatch(value -> value.contains("timeout"));
        }
    }

    /** Jetty's own request knows no attribute without a name. */
    @Test
    void attributeWithoutANameIsNotThere() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, (request, response, callback) -> {
                    response.getHeaders().put("X-Attribute", String.valueOf(request.getAttribute(null)));
                    return Rig.hello(request, response, callback);
                });
                var client = rig.connect()) {
            assertThat(client.send(get()).readResponse().fields("X-Attribute")).containsExactly("null");
        }
    }

    /** What found out about the protocol has read the beginning of the first request; what came through us is its end alone. */
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\n\r\n", "\r\n\r\n"})
    void requestWhoseHeadCameWithAProxyHeaderIsComplete(String end) throws Exception {
        String request = "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + get(KEEP_ALIVE);
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        settings -> {
                            settings.setRequestHeaderTimeout(800);
                            settings.setKeepAliveTimeout(1200);
                            settings.setAdvertiseMargin(0);
                        },
                        server -> server.proxyProtocol(),
                        Rig::hello);
                var client = rig.connect()) {
            client.sendSplit(request, request.length() - end.length());
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.IDLE);
        }
    }

    /** An application may put its own stream before ours, which hands on fields of its own: the last word is said all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1", "HTTP/1.0"})
    void streamOfTheApplicationDoesNotHideTheLastWord(String version) throws Exception {
        Request.Handler handler = (request, response, callback) -> {
            request.addHttpStreamWrapper(stream -> new HttpStream.Wrapper(stream) {
                @Override
                public void send(
                        MetaData.Request asked,
                        MetaData.Response answer,
                        boolean last,
                        ByteBuffer content,
                        Callback sent) {
                    MetaData.Response copy = answer == null
                            ? null
                            : new MetaData.Response(
                                    answer.getStatus(),
                                    answer.getReason(),
                                    answer.getHttpVersion(),
                                    HttpFields.build(answer.getHttpFields()).add("X-W", "1"),
                                    answer.getContentLength(),
                                    answer.getTrailersSupplier());
                    super.send(asked, copy, last, content, sent);
                }
            });
            return Rig.hello(request, response, callback);
        };
        try (var rig = Rig.start(Wire.PLAIN, factory -> factory.setMaxRequests(2), handler);
                var client = rig.connect()) {
            String request = Ask.request("GET / " + version, KEEP_ALIVE);
            RawResponse kept = client.send(request).readResponse();
            assertThat(kept.fields("X-W")).containsExactly("1");
            assertThat(kept.fields("Keep-Alive").toString()).contains("max=1");
            RawResponse last = client.send(request).readResponse();
            assertThat(last.fields("Connection")).containsExactly("close");
            assertThat(last.fields("Keep-Alive")).isEmpty();
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.MAX_REQUESTS);
        }
    }

    /** An application may set the customizers anew; ours is there for the next connection, and first. */
    @Test
    void customizersThatAreSetAnewDoNotTakeOursAway() throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, Rig::hello)) {
            rig.factory().getHttpConfiguration().setCustomizers(List.of((request, fields) -> request));
            try (var client = rig.connect()) {
                RawResponse response = client.send(get(KEEP_ALIVE)).readResponse();
                assertThat(response.fields("Keep-Alive").toString()).contains("timeout=29");
                assertThat(response.fields("Connection")).containsExactly("keep-alive");
            }
        }
    }

    /** Jetty sets another idle timeout for the time of a request, and then that of the end point again. */
    @Test
    void idleTimeoutThatAListenerGaveTheEndPointIsAnnounced() throws Exception {
        Connection.Listener impatient = new Connection.Listener() {
            @Override
            public void onOpened(Connection connection) {
                connection.getEndPoint().setIdleTimeout(3000);
            }
        };
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        settings -> {},
                        server -> server.httpConfiguration(configuration -> configuration.setIdleTimeout(20_000))
                                .connector(connector -> connector.addBean(impatient)),
                        Rig::hello);
                var client = rig.connect()) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.send(get(KEEP_ALIVE))
                                .readResponse()
                                .fields("Keep-Alive")
                                .toString())
                        .contains("timeout=2,");
            }
        }
    }

    /** What a listener does when a connection is over may block, and must not do so on the thread of all timers. */
    @Test
    void endOfAnIdleConnectionIsToldOnAThreadOfThePool() throws Exception {
        var thread = new CompletableFuture<String>();
        Connection.Listener listener = new Connection.Listener() {
            @Override
            public void onClosed(Connection connection) {
                thread.complete(Thread.currentThread().getName());
            }
        };
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        settings -> {
                            settings.setKeepAliveTimeout(200);
                            settings.setAdvertiseMargin(0);
                        },
                        server -> server.connector(connector -> connector.addBean(listener)),
                        Rig::hello);
                var client = rig.connect()) {
            client.send(get()).readResponse();
            client.expectFin();
            client.halfClose();
            assertThat(thread.get(10, TimeUnit.SECONDS)).startsWith("test-server");
        }
    }

    /** A subclass of Jetty's end point may count what is read. */
    @Test
    void endPointOfASubclassSeesWhatIsDiscarded() throws Exception {
        var seen = new AtomicLong();
        var server = new Server();
        var connector = new ServerConnector(server, new KeepAliveConnectionFactory()) {
            @Override
            protected SocketChannelEndPoint newEndPoint(
                    SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                var endPoint = new SocketChannelEndPoint(channel, selector, key, getScheduler()) {
                    @Override
                    public int fill(ByteBuffer buffer) throws IOException {
                        int filled = super.fill(buffer);
                        seen.addAndGet(Math.max(0, filled));
                        return filled;
                    }
                };
                endPoint.setIdleTimeout(getIdleTimeout());
                return endPoint;
            }
        };
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                return Rig.refuse(request, response, callback);
            }
        });
        server.start();
        try (var client = RawClient.connect(connector.getLocalPort())) {
            String header = post("Content-Length: 500000");
            client.send(header + "x".repeat(500_000));
            assertThat(client.readResponse().status()).isEqualTo(413);
            client.halfClose();
            client.expectFin();
            Eventually.await(Rig.PATIENCE, "all is seen", seen::get, count -> count == header.length() + 500_000);
        } finally {
            server.stop();
        }
    }
}
