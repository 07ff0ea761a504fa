package io.github.jettykeepalive.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.ee11.webapp.WebAppContext;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The WAR in somebody else's Jetty: its classes are its own, and the server's are hidden from it. */
class DeployedTest {
    private Server server;
    private ServerConnector connector;

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private LabClient deploy(HttpConnectionFactory http, String contextPath) throws Exception {
        server = new Server();
        connector = new ServerConnector(server, 1, 1, http);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        WebAppContext context = new WebAppContext();
        context.setContextPath(contextPath);
        context.setBaseResourceAsPath(Path.of("src/main/webapp").toAbsolutePath());
        context.setExtraClasspath(classes("io.github.jettykeepalive.demo.DemoServer") + ";"
                + classes("io.github.jettykeepalive.servlet.HopByHopFilter"));
        context.setThrowUnavailableOnStartupException(true);
        server.setHandler(context);
        server.start();
        return new LabClient(connector.getLocalPort());
    }

    private static Path classes(String name) throws Exception {
        return Path.of(Class.forName(name)
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    @Test
    void theLabHasItsOwnClasses() throws Exception {
        deploy(new KeepAliveConnectionFactory(), "/");
        var context = (WebAppContext) server.getHandler();

        Class<?> theirs = context.getClassLoader().loadClass("io.github.jettykeepalive.demo.web.LabServlet");

        assertThat(theirs).isNotSameAs(io.github.jettykeepalive.demo.web.LabServlet.class);
        assertThat(Files.exists(Path.of("src/main/webapp/WEB-INF/web.xml"))).isTrue();
    }

    @Test
    void itExperimentsOnItsOwnPortAndSaysWhatItCannot() throws Exception {
        LabClient lab = deploy(new KeepAliveConnectionFactory(), "/there");
        assertThat(lab.get("/there/").statusCode()).isEqualTo(200);

        var response = lab.get("/there/lab/truncation.json");
        var outcome = new LabClient.Outcome(LabClient.parse(response.body()));

        assertThat(outcome.ours().mood()).as(response.body()).isEqualTo("good");
        assertThat(outcome.stock().mood()).isEqualTo("missing");
        assertThat(outcome.verdict()).endsWith("ours 0.");
        var special = new LabClient.Outcome(
                LabClient.parse(lab.get("/there/lab/slow-header.json").body()));
        assertThat(special.verdict()).contains("mvn -Pdemo");
    }

    @Test
    void theBoardFindsTheConnector() throws Exception {
        LabClient lab = deploy(new KeepAliveConnectionFactory(), "/");
        lab.get("/connection");

        var answer = lab.post("/board/settings?maxRequests=9&keepAliveTimeout=8000");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(connector
                        .getConnectionFactory(KeepAliveConnectionFactory.class)
                        .getMaxRequests())
                .isEqualTo(9);
    }

    @Test
    void withoutTheConnectorTheBoardStaysEmpty() throws Exception {
        LabClient lab = deploy(new HttpConnectionFactory(), "/");

        assertThat(lab.get("/").body()).contains("does not have the connector");
        assertThat(lab.post("/board/drain?spread=0").statusCode()).isEqualTo(200);
        assertThat(lab.get("/lab/handshake.json").statusCode()).isEqualTo(200);
    }
}
