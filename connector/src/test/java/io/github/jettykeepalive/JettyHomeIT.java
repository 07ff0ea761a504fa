package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.github.jettykeepalive.testing.Http2Client;
import io.github.jettykeepalive.testing.JettyBase;
import io.github.jettykeepalive.testing.JettyHome;
import io.github.jettykeepalive.testing.JettyProcess;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.util.Jetty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The module in real Jetty distributions, installed by the commands that README.md gives. */
class JettyHomeIT {
    private static final String JETTY_12_1 = Jetty.VERSION;
    private static final String JETTY_12_0 = System.getProperty("jetty-12.0.version");
    static final List<String> VERSIONS = List.of(JETTY_12_1, JETTY_12_0);

    /** As in README.md; $KEEP_ALIVE is where the build leaves the jars. */
    private static final List<String> INSTALL = List.of(
            "mkdir -p lib/keep-alive && cp $KEEP_ALIVE/jetty-keepalive-connector-0.1.0-SNAPSHOT.jar lib/keep-alive",
            "jar xf $KEEP_ALIVE/jetty-keepalive-connector-0.1.0-SNAPSHOT-config.jar modules etc",
            "java -jar $JETTY_HOME/start.jar --add-modules=http,keep-alive");

    /** Modules that bring connectors, each with what it takes to start them, and what they then must speak. */
    static final List<Combination> COMBINATIONS = List.of(
            new Combination(JETTY_12_1, "https", "", "https"),
            new Combination(JETTY_12_1, "proxy-protocol", "", "proxy"),
            new Combination(JETTY_12_1, "http,ee10-deploy", "", "http war"),
            new Combination(JETTY_12_1, "http,https,http2,http2c,jmx,ee11-deploy", "", "http https h2 h2c war"),
            new Combination(JETTY_12_1, "http,https,http2,http2c,jmx,ee11-deploy", "--jpms", "http https h2 h2c war"),
            new Combination(JETTY_12_0, "proxy-protocol", "", "proxy"),
            new Combination(JETTY_12_0, "http,https,http2,http2c,jmx,ee10-deploy", "--jpms", "http https h2 h2c war"));

    @TempDir
    private Path temporary;

    record Combination(String version, String modules, String options, String speaks) {
        boolean speaks(String protocol) {
            return Arrays.asList(speaks.split(" ", -1)).contains(protocol);
        }
    }

    private JettyBase base(String version) throws Exception {
        JettyHome home = JettyHome.find(version, Path.of("target"))
                .orElseGet(() -> abort("jetty-home " + version + " is not in the local repository, nor to be fetched"));
        String jars = Path.of("target").toAbsolutePath().toString();
        return JettyBase.create(home, temporary.resolve("base"), Map.of("KEEP_ALIVE", jars));
    }

    @Test
    void readmeGivesTheCommandsOfThisTest() throws IOException {
        assertThat(Files.readString(Path.of("../README.md"))).contains(INSTALL);
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void commandsOfReadmeInstallTheModule(String version) throws Exception {
        JettyBase base = base(version);
        for (String command : INSTALL) {
            base.run(command);
        }
        base.write("start.d/second.ini", "etc/second.xml\n");
        base.write("etc/second.xml", Files.readString(Path.of("src/test/resources/etc/second.xml")));

        assertThat(base.directory().resolve("start.d/keep-alive.ini")).exists();
        assertThat(base.runStart("--list-config"))
                .contains("${jetty.base}/lib/keep-alive/", "${jetty.base}/etc/jetty-keep-alive.xml")
                .doesNotContainPattern("WARN|ERROR|Exception|not found");
        String settings = "jetty.keepAlive.maxRequests=2 'jetty.keepAlive.clientRules=\"OldBot/1\\.\" NO_KEEP_ALIVE'";
        try (JettyProcess jetty = base.start(settings);
                RawClient first = RawClient.connect(jetty.port("http/1.1"));
                RawClient second = RawClient.connect(jetty.port("second"));
                RawClient ruled = RawClient.connect(jetty.port("http/1.1"))) {
            assertLimitIsTwo(first);
            assertLimitIsTwo(second);
            assertThat(get(ruled, "/", "User-Agent: OldBot/1.7").field("Connection"))
                    .contains("close");
            assertThat(warnings(jetty)).isEmpty();
        }
    }

    @ParameterizedTest
    @FieldSource("COMBINATIONS")
    void otherModulesWorkBesideIt(Combination combination) throws Exception {
        JettyBase base = base(combination.version);
        base.run(INSTALL.get(0));
        base.run(INSTALL.get(1));
        base.runStart("--add-modules=keep-alive," + combination.modules);
        base.addKeyStore();
        if (combination.speaks("war")) {
            base.addWar("hello");
        }

        try (JettyProcess jetty = base.start(combination.options)) {
            String path = combination.speaks("war") ? "/app/hello.txt" : "/";
            drive(jetty, combination, path);
            assertThat(warnings(jetty)).isEmpty();
        }
    }

    private static void drive(JettyProcess jetty, Combination combination, String path) throws Exception {
        if (combination.speaks("http")) {
            try (RawClient client = RawClient.connect(jetty.port("http/1.1"))) {
                assertKept(get(client, path, "Connection: keep-alive"), combination);
            }
        }
        if (combination.speaks("https")) {
            try (RawClient client = RawClient.connectTls(jetty.port("ssl"), "TLSv1.3")) {
                assertKept(get(client, path, "Connection: keep-alive"), combination);
            }
        }
        if (combination.speaks("proxy")) {
            try (RawClient client = RawClient.connect(jetty.port("[proxy]"))) {
                client.send("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n");
                assertKept(get(client, path, "Connection: keep-alive"), combination);
            }
        }
        if (combination.speaks("h2")) {
            assertHttp2("https://localhost:" + jetty.port("ssl") + path, combination);
        }
        if (combination.speaks("h2c")) {
            assertHttp2("http://localhost:" + jetty.port("http/1.1") + path, combination);
            assertThat(Http2Client.priorKnowledge(jetty.port("http/1.1"))).isEqualTo(404);
        }
    }

    private static void assertKept(RawResponse response, Combination combination) {
        assertThat(response.field("Keep-Alive")).contains("timeout=29, max=999");
        assertThat(response.status()).isEqualTo(combination.speaks("war") ? 200 : 404);
    }

    private static void assertHttp2(String uri, Combination combination) throws Exception {
        HttpResponse<String> response = Http2Client.get(URI.create(uri));
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(combination.speaks("war") ? 200 : 404);
        assertThat(response.headers().map()).doesNotContainKeys("keep-alive", "connection");
    }

    private static void assertLimitIsTwo(RawClient client) throws IOException {
        assertThat(get(client, "/", "Connection: keep-alive").field("Keep-Alive"))
                .contains("timeout=29, max=1");
        assertThat(get(client, "/", "Connection: keep-alive").field("Connection"))
                .contains("close");
        client.expectFin();
    }

    private static RawResponse get(RawClient client, String path, String field) throws IOException {
        client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n\r\n");
        return client.readResponse();
    }

    /** What Jetty warns of, but for the ciphers that its own http2 module allows and the process that --jpms takes. */
    private static List<String> warnings(JettyProcess jetty) {
        return jetty.log(line -> line.matches(".*(WARN|ERROR|Exception).*")
                && !line.contains("Weak cipher suite")
                && !line.contains("Forking second JVM"));
    }
}
