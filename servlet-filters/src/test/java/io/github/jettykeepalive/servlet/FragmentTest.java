package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.servlet.container.RunningServer;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code META-INF/web-fragment.xml}, and what README tells users of it. */
@ExtendWith(RealWar.class)
class FragmentTest {
    private static final String SERVLET = """
              <servlet>
                <servlet-name>scenario</servlet-name>
                <servlet-class>io.github.jettykeepalive.servlet.webapp.ScenarioServlet</servlet-class>
                <async-supported>true</async-supported>
              </servlet>
              <servlet-mapping>
                <servlet-name>scenario</servlet-name>
                <url-pattern>/run/*</url-pattern>
              </servlet-mapping>
            </web-app>
            """;

    /** The web.xml of README, word for word, with a servlet in it. */
    static String readme() throws Exception {
        String readme = Files.readString(Path.of(System.getProperty("basedir", ""), "..", "README.md"));
        int start = readme.indexOf("<web-app", readme.indexOf("## Filters for WARs"));
        String xml = readme.substring(start, readme.indexOf("```", start));
        return xml.replace("</web-app>", SERVLET);
    }

    private static RawResponse ask(RunningServer server, String request) throws Exception {
        try (var client = RawClient.connect(server.port())) {
            return client.send(request).readResponse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theWebXmlOfReadmeWorks(Container container) throws Exception {
        try (var server = RealWar.deploy(container, readme())) {
            assertThat(ask(server, "GET /app/run/attributes HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .body())
                    .contains("connectionId=String:");
            assertThat(ask(server, "GET /app/run/fields HTTP/1.1\r\nHost: localhost\r\nTE: trailers\r\n\r\n")
                            .body())
                    .isEqualTo("host=localhost\n");
            assertThat(ask(server, "GET /app/run/closedTwice HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                            .field("Content-Length"))
                    .hasValue("50000");
            assertThat(ask(server, "GET /app/run/status503 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .field("Connection"))
                    .hasValue("close");
            try (var client = RawClient.connect(server.port())) {
                assertThat(UnreadBodyWireTest.upload(client, "/app/run/refuseByError", 20 * 1024 * 1024))
                        .isTrue();
                assertThat(client.readResponse().status()).isEqualTo(413);
            }
        }
    }

    /** All five are initialized, none has an effect. */
    @ParameterizedTest
    @EnumSource
    void aWarThatMapsNoneIsDeployed(Container container) {
        String webXml = "<web-app xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"6.0\">\n" + SERVLET;
        assertThatCode(() -> {
                    try (var server = RealWar.deploy(container, webXml)) {
                        assertThat(ask(
                                                server,
                                                "GET /app/run/fields HTTP/1.1\r\nHost: localhost\r\nTE: trailers\r\n\r\n")
                                        .body())
                                .contains("te=trailers");
                    }
                })
                .doesNotThrowAnyException();
    }
}
