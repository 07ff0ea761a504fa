package io.github.jettykeepalive.servlet;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.servlet.container.RunningServer;
import io.github.jettykeepalive.servlet.container.WarFile;
import io.github.jettykeepalive.servlet.webapp.ScenarioServlet;
import io.github.jettykeepalive.testing.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** The WAR of the wire tests, deployed once to each container that a test asks for, and stopped after the last test. */
final class RealWar implements BeforeAllCallback {
    private static final Servers SERVERS = new Servers();

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot().getStore(Namespace.GLOBAL).computeIfAbsent(Servers.class, type -> SERVERS);
    }

    /** Connects to the container, which is started if need be. */
    static RawClient connect(Container container) throws Exception {
        return RawClient.connect(port(container));
    }

    /** The port of the container, which is started if need be. */
    static int port(Container container) throws Exception {
        return SERVERS.on(container).port();
    }

    /** The port of a new connector of Tomcat. */
    static int addConnector(Container container, String protocol, Map<String, String> settings) throws Exception {
        return SERVERS.on(container).addConnector(protocol, settings);
    }

    /** Deploys a WAR of its own, with another {@code web.xml}. */
    static RunningServer deploy(Container container, String webXml) throws Exception {
        Path work = Files.createTempDirectory(Files.createDirectories(Path.of("target", "wars")), container.name());
        Path war = work.resolve("app.war").toAbsolutePath();
        String page = "0123456789".repeat(10_000);
        WarFile.write(war, KeepAliveFilter.class, ScenarioServlet.class, webXml, page);
        return container.start(war, Files.createDirectory(work.resolve("work")).toAbsolutePath());
    }

    private static final class Servers implements AutoCloseable {
        private final Map<Container, RunningServer> running = new EnumMap<>(Container.class);

        synchronized RunningServer on(Container container) throws Exception {
            RunningServer server = running.get(container);
            if (server == null) {
                server = deploy(container, webXml());
                running.put(container, server);
            }
            return server;
        }

        private static String webXml() throws IOException {
            try (InputStream in = Objects.requireNonNull(RealWar.class.getResourceAsStream("/webapp/web.xml"))) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }

        @Override
        public synchronized void close() throws Exception {
            for (RunningServer server : running.values()) {
                server.close();
            }
            running.clear();
        }
    }
}
