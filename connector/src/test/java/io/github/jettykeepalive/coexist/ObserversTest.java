package io.github.jettykeepalive.coexist;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.io.ConnectionStatistics;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.CustomRequestLog;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is logged and counted of connections. */
class ObserversTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<String> lines = new CopyOnWriteArrayList<>();

    private TestServer.Builder logging(TestServer.Builder builder) {
        return builder.configure(server -> server.setRequestLog(new CustomRequestLog(lines::add, "%k %X %s")));
    }

    private void awaitLog(String... expected) {
        Eventually.await(PATIENCE, "the log is " + List.of(expected), () -> lines, List.of(expected)::equals);
    }

    @ParameterizedTest
    @EnumSource
    void requestLogKnowsTheRequestsNumberAndWhetherTheConnectionIsKept(Http http) throws Exception {
        try (TestServer server = logging(http.server()).start(Ask::hello);
                RawClient client = RawClient.connect(server.port())) {
            Ask.answer(client);
            Ask.answer(client);
            Ask.answer(client, "Connection: close");
            client.expectFin();

            awaitLog("1 + 200", "2 + 200", "3 - 200");
        }
    }

    @Test
    void requestLogKnowsThatWeCloseTheConnection() throws Exception {
        TestServer.Builder builder = TestServer.with(configuration -> {
            KeepAliveConnectionFactory factory = new KeepAliveConnectionFactory(configuration);
            factory.setMaxRequests(2);
            return factory;
        });
        try (TestServer server = logging(builder).start(Ask::hello);
                RawClient client = RawClient.connect(server.port())) {
            Ask.answer(client);
            Ask.answer(client);
            client.expectFin();

            awaitLog("1 + 200", "2 - 200");
        }
    }

    /** The format is README's. */
    @Test
    void requestLogShowsTheConnectionAndWhyItCloses() throws Exception {
        String format = "%{io.github.jettykeepalive.connectionId}attr %k %{io.github.jettykeepalive.closeReason}attr";
        assertThat(Files.readString(Path.of("../README.md"))).contains("`" + format + "`");
        TestServer.Builder builder = TestServer.with(configuration -> {
                    KeepAliveConnectionFactory factory = new KeepAliveConnectionFactory(configuration);
                    factory.setMaxRequests(2);
                    return factory;
                })
                .configure(server -> server.setRequestLog(new CustomRequestLog(lines::add, format)));
        try (TestServer server = builder.start((request, response, callback) -> {
                    Object id = request.getAttribute("io.github.jettykeepalive.connectionId");
                    Content.Sink.write(response, true, String.valueOf(id), callback);
                    return true;
                });
                RawClient client = RawClient.connect(server.port())) {
            String id = Ask.answer(client).body();
            Ask.answer(client);
            client.expectFin();

            awaitLog(id + " 1 -", id + " 2 maxRequests");
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionStatisticsCountConnectionsMessagesAndBytes(Http http) throws Exception {
        ConnectionStatistics statistics = new ConnectionStatistics();
        try (TestServer server = http.server()
                .connector(connector -> connector.addBean(statistics))
                .start(Ask::hello)) {
            try (RawClient client = RawClient.connect(server.port())) {
                Ask.answer(client);
                assertThat(statistics.getConnections()).isEqualTo(1);
                Ask.answer(client, "Connection: close");
                client.expectFin();
            }
            // What Jetty adds last when a connection has closed, so the other sums are there, too.
            Eventually.await(PATIENCE, "two were answered", statistics::getSentMessages, answered -> answered == 2);

            int sent = Ask.get().length() + Ask.get("Connection: close").length();
            assertThat(statistics.getConnections()).isZero();
            assertThat(statistics.getConnectionsTotal()).isEqualTo(1);
            assertThat(statistics.getReceivedMessages()).isEqualTo(2);
            assertThat(statistics.getReceivedBytes()).isEqualTo(sent);
            assertThat(statistics.getSentBytes()).isBetween(100L, 1000L);
        }
    }

    /** HTTP/0.9 has no header, so nothing is put into one. */
    @ParameterizedTest
    @EnumSource
    void requestLogSeesTheFieldsOfTheApplicationAloneWhereNoneAreSent(Http http) throws Exception {
        try (TestServer server = http.server()
                        .httpConfiguration(configuration -> {
                            configuration.setHttpCompliance(HttpCompliance.RFC2616_LEGACY);
                            configuration.setSendServerVersion(false);
                            configuration.setSendDateHeader(false);
                        })
                        .configure(stock -> stock.setRequestLog((request, response) ->
                                response.getHeaders().forEach(field -> lines.add(field.toString()))))
                        .start((request, response, callback) -> {
                            response.getHeaders().put("Keep-Alive", "timeout=99");
                            response.write(
                                    false,
                                    BufferUtil.toBuffer("he"),
                                    Callback.from(
                                            () -> response.write(true, BufferUtil.toBuffer("llo"), callback),
                                            callback::failed));
                            return true;
                        });
                RawClient client = RawClient.connect(server.port())) {
            assertThat(client.send("GET /\r\n").readToEof().text()).isEqualTo("hello");

            awaitLog("Keep-Alive: timeout=99");
        }
    }
}
