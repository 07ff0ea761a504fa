package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.servlet.container.Container;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The filters where they are meant to be: in {@code WEB-INF/lib} of a WAR, apart from the server's classes. */
@ExtendWith(RealWar.class)
class RealWarTest {
    @ParameterizedTest
    @EnumSource
    void isDeployedAndIsolated(Container container) throws Exception {
        try (var client = RealWar.connect(container)) {
            client.send("GET /app/plain/run/loader HTTP/1.1\r\nHost: localhost\r\n\r\n");
            // Tomcat hides its own classes only where they have a loader of their own, which is not the default.
            assertThat(client.readResponse().body())
                    .isEqualTo("own filters: true, tests visible: false, server visible: " + !container.isJetty());
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesNotDeployWithABadInitParam(Container container) {
        String webXml = """
                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0" metadata-complete="true">
                  <filter>
                    <filter-name>bad</filter-name>
                    <filter-class>io.github.jettykeepalive.servlet.KeepAliveFilter</filter-class>
                    <init-param>
                      <param-name>maxRequests</param-name>
                      <param-value>-3</param-value>
                    </init-param>
                  </filter>
                  <filter-mapping>
                    <filter-name>bad</filter-name>
                    <url-pattern>/*</url-pattern>
                  </filter-mapping>
                </web-app>
                """;
        var thrown = assertThatThrownBy(() -> RealWar.deploy(container, webXml));
        if (container.isJetty()) {
            thrown.hasStackTraceContaining("maxRequests: -3 (expected: >= 1)");
        } else {
            // Tomcat logs the cause, and leaves the application out.
            thrown.hasMessage("the application is STOPPED");
        }
    }
}
