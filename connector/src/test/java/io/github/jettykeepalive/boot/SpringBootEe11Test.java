package io.github.jettykeepalive.boot;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.Http2Client;
import io.github.jettykeepalive.testing.InBackground;
import io.github.jettykeepalive.testing.KeyStoreFile;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/** What Boot's own properties set holds on our connections too, each seen on a socket. */
class SpringBootEe11Test {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String KEEP_ALIVE = "Connection: keep-alive\r\n";

    @TempDir
    private Path temporary;

    /** The application on a free port. Boot's logging stays out: these tests log as all others do. */
    private static ServletWebServerApplicationContext run(String... properties) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setListeners(application.getListeners().stream()
                .filter(listener -> !(listener instanceof LoggingApplicationListener))
                .toList());
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.setRegisterShutdownHook(false);
        Map<String, Object> all = new TreeMap<>(Map.of("server.port", "0"));
        for (String property : properties) {
            all.put(property.substring(0, property.indexOf('=')), property.substring(property.indexOf('=') + 1));
        }
        application.setDefaultProperties(all);
        return (ServletWebServerApplicationContext) application.run();
    }

    private static int port(ServletWebServerApplicationContext context) {
        return context.getWebServer().getPort();
    }

    private static Connector connector(ServletWebServerApplicationContext context) {
        return ((JettyWebServer) context.getWebServer()).getServer().getConnectors()[0];
    }

    private static RawResponse get(RawClient client, String path, String fields) throws IOException {
        return client.send(request(path, fields)).readResponse();
    }

    private static String request(String path, String fields) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
    }

    @Test
    void readmeShowsTheCustomizerOfThisTest() throws IOException {
        String source = Path.of("src/test/java", Application.class.getName().replace('.', '/') + ".java")
                .toString();
        String readme = Files.readString(Path.of("../README.md"));
        String section = readme.substring(readme.indexOf("\n## Spring Boot\n"));
        String code = section.substring(section.indexOf("```java\n") + 8, section.indexOf("\n```\n"));

        assertThat(code).contains("@Bean", "JettyServerCustomizer");
        assertThat(unindented(Files.readString(Path.of(source)))).contains(unindented(code));
    }

    private static String unindented(String code) {
        return code.lines().map(String::strip).collect(joining("\n"));
    }

    @Test
    void connectionIsKeptForAsManyRequestsAsTheCustomizerSays() throws Exception {
        try (var context = run();
                RawClient client = RawClient.connect(port(context))) {
            for (int left = 99; left > 0; left--) {
                RawResponse response = get(client, "/", KEEP_ALIVE);
                assertThat(response.field("Keep-Alive")).contains("timeout=29, max=" + left);
                assertThat(response.body()).isEqualTo("hello");
            }
            assertThat(get(client, "/", KEEP_ALIVE).field("Connection")).contains("close");
            client.expectFin();
        }
    }

    @Test
    void idleTimeoutIsThePropertys() throws Exception {
        try (var context = run("server.jetty.connection-idle-timeout=2s");
                RawClient client = RawClient.connect(port(context))) {
            assertThat(get(client, "/", KEEP_ALIVE).field("Keep-Alive")).contains("timeout=1, max=99");
            long answered = System.nanoTime();
            client.expectFin();
            assertThat(Duration.ofNanos(System.nanoTime() - answered))
                    .isBetween(Duration.ofMillis(1500), Duration.ofMillis(10_000));
        }
    }

    @Test
    void headerSizeIsThePropertys() throws Exception {
        try (var context = run("server.max-http-request-header-size=1KB")) {
            try (RawClient client = RawClient.connect(port(context))) {
                RawResponse response = get(client, "/", "X-Large: " + "x".repeat(1100) + "\r\n");
                assertThat(response.status()).isEqualTo(431);
                assertThat(response.field("Connection")).contains("close");
                client.expectFin();
            }
            try (RawClient client = RawClient.connect(port(context))) {
                RawResponse response = get(client, "/", "X-Small: " + "x".repeat(900) + "\r\n");
                assertThat(response.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void gracefulShutdownIsADrain() throws Exception {
        try (var context = run("server.shutdown=graceful");
                RawClient idle = RawClient.connect(port(context));
                RawClient busy = RawClient.connect(port(context))) {
            int port = port(context);
            Connector connector = connector(context);
            Application.Hello servlet = context.getBean(Application.Hello.class);
            get(idle, "/", KEEP_ALIVE);
            busy.send(request("/slow", KEEP_ALIVE));
            servlet.arrived.await();

            CompletableFuture<Void> closed = InBackground.run(context::close);
            Eventually.await(PATIENCE, "the connector is shutting down", connector::isShutdown);
            idle.expectFin();
            idle.halfClose();
            assertThat(closed).isNotDone();
            servlet.goOn.countDown();
            RawResponse response = busy.readResponse();
            assertThat(response.body()).isEqualTo("hello");
            assertThat(response.fields("Connection")).containsExactly("close");
            busy.expectFin();
            busy.halfClose();

            closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThatThrownBy(() -> RawClient.connect(port)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void tlsAndHttp2AreThePropertys() throws Exception {
        Path keyStore = KeyStoreFile.write(temporary.resolve("keystore.p12"));
        try (var context = run(
                        "server.ssl.key-store=" + keyStore.toUri(),
                        "server.ssl.key-store-password=" + KeyStoreFile.PASSWORD,
                        "server.http2.enabled=true");
                RawClient client = RawClient.connectTls(port(context), "TLSv1.3")) {
            assertThat(get(client, "/", KEEP_ALIVE).field("Keep-Alive")).contains("timeout=29, max=99");
            HttpResponse<String> response = Http2Client.get(URI.create("https://localhost:" + port(context) + "/"));
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.body()).isEqualTo("hello");
        }
    }

    @Test
    void ledgerIsFoundOnTheConnector() throws Exception {
        try (var context = run();
                RawClient client = RawClient.connect(port(context))) {
            get(client, "/", "");

            var factory = connector(context).getConnectionFactory(KeepAliveConnectionFactory.class);
            assertThat(factory.getLedger().getOpened()).isEqualTo(1);
        }
    }
}
