package io.github.jettykeepalive.demo;

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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.util.Jetty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The WAR as it is built, in real Jetty distributions with the keep-alive module, over each protocol. */
class DemoWarIT {
    private static final String JETTY_12_0 = System.getProperty("jetty-12.0.version");
    private static final Path CONNECTOR = Path.of("../connector/target").toAbsolutePath();
    private static final Path DEMO = Path.of("target").toAbsolutePath();

    static final List<Deployment> DEPLOYMENTS = List.of(
            new Deployment(Jetty.VERSION, "ee11-deploy"),
            new Deployment(Jetty.VERSION, "ee10-deploy"),
            new Deployment(JETTY_12_0, "ee10-deploy"));

    @TempDir
    private Path temporary;

    /** A distribution and the module that takes WARs there. */
    record Deployment(String version, String module) {}

    private JettyBase base(Deployment deployment) throws Exception {
        JettyHome home = JettyHome.find(deployment.version, CONNECTOR)
                .orElseGet(() -> abort("jetty-home " + deployment.version + " is neither here nor to be fetched"));
        Map<String, String> variables = Map.of("KEEP_ALIVE", CONNECTOR.toString(), "DEMO", DEMO.toString());
        JettyBase base = JettyBase.create(home, temporary, variables);
        base.run(
                "mkdir -p lib/keep-alive && cp $KEEP_ALIVE/jetty-keepalive-connector-0.1.0-SNAPSHOT.jar lib/keep-alive");
        base.run("jar xf $KEEP_ALIVE/jetty-keepalive-connector-0.1.0-SNAPSHOT-config.jar modules etc");
        base.runStart("--add-modules=http,https,http2,http2c,keep-alive," + deployment.module);
        base.run("cp $DEMO/jetty-keepalive-demo-0.1.0-SNAPSHOT.war webapps/demo.war");
        base.addKeyStore();
        return base;
    }

    @ParameterizedTest
    @FieldSource("DEPLOYMENTS")
    void labRunsThereAndKnowsItsConnectionOverEveryProtocol(Deployment deployment) throws Exception {
        try (JettyProcess jetty = base(deployment).start("");
                RawClient http = RawClient.connect(jetty.port("http/1.1"));
                RawClient https = RawClient.connectTls(jetty.port("ssl"), "TLSv1.3")) {
            assertThat(connection(http)).contains("\"requestNumber\":1", "\"requestsLeft\":999", "\"secure\":false");
            assertThat(connection(http)).contains("\"requestNumber\":2", "\"requestsLeft\":998");
            assertThat(connection(https)).contains("\"requestNumber\":1", "\"requestsLeft\":999", "\"secure\":true");
            assertHttp2("http://localhost:" + jetty.port("http/1.1"), "\"secure\":false");
            assertHttp2("https://localhost:" + jetty.port("ssl"), "\"secure\":true");

            String report = new LabClient(jetty.port("http/1.1"))
                    .get("/demo/lab/truncation.json")
                    .body();
            assertThat(new LabClient.Outcome(LabClient.parse(report)).ours().mood())
                    .as(report)
                    .isEqualTo("good");
        }
    }

    private static String connection(RawClient client) throws IOException {
        client.send("GET /demo/connection HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
        RawResponse response = client.readResponse();
        assertThat(response.field("Keep-Alive").orElse("")).startsWith("timeout=29, max=");
        return response.body();
    }

    /** HTTP/2 is not ours: the page is served, and knows no request number. */
    private static void assertHttp2(String server, String expected) throws Exception {
        HttpResponse<String> response = Http2Client.get(URI.create(server + "/demo/connection"));
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.body()).contains("HTTP/2", expected).doesNotContain("requestNumber");
        assertThat(response.headers().map()).doesNotContainKeys("keep-alive", "connection");
    }
}
