package io.github.jettykeepalive.coexist;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.Http2Client;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP/2 on the same connector, with the same {@link HttpConfiguration}. */
class Http2Test {
    @TempDir
    Path directory;

    private static TestServer h2c(Http http) throws Exception {
        return http.server()
                .connector(connector -> connector.addConnectionFactory(new HTTP2CServerConnectionFactory(connector
                        .getConnectionFactory(HttpConnectionFactory.class)
                        .getHttpConfiguration())))
                .start(Ask::hello);
    }

    @ParameterizedTest
    @EnumSource
    void upgradeToH2c(Http http) throws Exception {
        try (TestServer server = h2c(http)) {
            HttpResponse<String> response = Http2Client.get(server.uri("/"));

            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.body()).isEqualTo("hello");
            assertThat(response.headers().map()).doesNotContainKeys("connection", "keep-alive");
        }
    }

    @ParameterizedTest
    @EnumSource
    void h2cWithPriorKnowledge(Http http) throws Exception {
        try (TestServer server = h2c(http)) {
            assertThat(Http2Client.priorKnowledge(server.port())).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void http11BesideH2c(Http http) throws Exception {
        try (TestServer server = h2c(http);
                RawClient client = RawClient.connect(server.port())) {
            assertThat(Ask.answer(client).body()).isEqualTo("hello");
            assertThat(Ask.answer(client, "Connection: close").body()).isEqualTo("hello");
            client.expectFin();
        }
    }

    @ParameterizedTest
    @EnumSource
    void alpnChoosesBetweenH2AndHttp11(Http http) throws Exception {
        try (TestServer server =
                http.server().configure(s -> s.addConnector(alpn(s, http))).start(Ask::hello)) {
            int port = ((ServerConnector) server.server().getConnectors()[1]).getLocalPort();

            assertThat(Http2Client.get(URI.create("https://localhost:" + port)).version())
                    .isEqualTo(HttpClient.Version.HTTP_2);
            try (RawClient client = RawClient.connectTls(port, "TLSv1.3")) {
                assertThat(Ask.answer(client).body()).isEqualTo("hello");
                assertThat(client.isOpen()).isTrue();
            }
        }
    }

    private ServerConnector alpn(Server server, Http http) {
        HttpConfiguration configuration = new HttpConfiguration();
        return new ServerConnector(
                server,
                new SslConnectionFactory(Tls.context(directory), "alpn"),
                new ALPNServerConnectionFactory(),
                new HTTP2ServerConnectionFactory(configuration),
                http.factory(configuration));
    }
}
