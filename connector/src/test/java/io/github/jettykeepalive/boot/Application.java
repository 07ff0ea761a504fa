package io.github.jettykeepalive.boot;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.KeepAliveInstaller;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jetty.JettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with one servlet; the customizer is word for word the one of README.md. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Application {

    @Bean
    JettyServerCustomizer keepAlive() {
        KeepAliveConnectionFactory settings = new KeepAliveConnectionFactory();
        settings.setMaxRequests(100);
        return server -> server.addBean(new KeepAliveInstaller(server, settings));
    }

    @Bean
    Hello hello() {
        return new Hello();
    }

    /** Answers {@code hello}, for {@code /slow} not before it is told to. */
    static final class Hello extends HttpServlet {
        final CountDownLatch arrived = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            if (request.getRequestURI().equals("/slow")) {
                arrived.countDown();
                awaitWord();
            }
            response.getWriter().print("hello");
        }

        private void awaitWord() throws IOException {
            try {
                goOn.await();
            } catch (InterruptedException x) {
                throw new IOException(x);
            }
        }
    }
}
