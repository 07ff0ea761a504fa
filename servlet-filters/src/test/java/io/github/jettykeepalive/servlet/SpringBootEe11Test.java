package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.RawClient;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** A filter as a bean of Spring Boot. */
class SpringBootEe11Test {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        // README
        @Bean
        FilterRegistrationBean<UnreadBodyFilter> unreadBody() {
            FilterRegistrationBean<UnreadBodyFilter> bean = new FilterRegistrationBean<>(new UnreadBodyFilter());
            bean.setOrder(Ordered.HIGHEST_PRECEDENCE);
            bean.addInitParameter("maxWait", "3000");
            return bean;
        }
        // end

        @Bean
        Refusing refusing() {
            return new Refusing();
        }
    }

    static final class Refusing extends HttpServlet {
        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.sendError(413);
        }
    }

    private static ServletWebServerApplicationContext run() {
        SpringApplication application = new SpringApplication(Application.class);
        application.setListeners(application.getListeners().stream()
                .filter(listener -> !(listener instanceof LoggingApplicationListener))
                .toList());
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.setRegisterShutdownHook(false);
        application.setDefaultProperties(Map.of("server.port", "0"));
        return (ServletWebServerApplicationContext) application.run();
    }

    @Test
    void aRefusalSurvivesTheUpload() {
        try (ServletWebServerApplicationContext context = run();
                var client = RawClient.connect(context.getWebServer().getPort())) {
            assertThat(UnreadBodyWireTest.upload(client, "/", 20 * 1024 * 1024)).isTrue();
            assertThat(client.readResponse().status()).isEqualTo(413);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theBeanOfReadmeIsTheOneThatIsTested() throws Exception {
        Path root = Path.of(System.getProperty("basedir", ""));
        String own = Files.readString(
                root.resolve("src/test/java/io/github/jettykeepalive/servlet/SpringBootEe11Test.java"));
        String bean = own.substring(own.indexOf("// README\n") + 10, own.indexOf("// end\n"))
                .stripIndent()
                .strip();
        assertThat(Files.readString(root.resolve("../README.md"))).contains(bean);
    }
}
