package io.github.jettykeepalive.servlet.container;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;

/** The servlet containers that the filters promise to run on. */
public enum Container {
    JETTY_EE11 {
        @Override
        List<URL> jars() {
            return ServerJars.jettyEe11();
        }

        @Override
        RunningServer start(Isolated classes, Path war, Path work) throws Exception {
            return JettyServer.start(classes, "org.eclipse.jetty.ee11.webapp.WebAppContext", war, work);
        }
    },
    JETTY_EE10 {
        @Override
        List<URL> jars() {
            return ServerJars.fromTarget("jetty-ee10");
        }

        @Override
        RunningServer start(Isolated classes, Path war, Path work) throws Exception {
            return JettyServer.start(classes, "org.eclipse.jetty.ee10.webapp.WebAppContext", war, work);
        }
    },
    /** Jetty with our connector. */
    KEEP_ALIVE {
        @Override
        List<URL> jars() {
            return ServerJars.with(KeepAliveConnectionFactory.class, ServerJars.jettyEe11());
        }

        @Override
        RunningServer start(Isolated classes, Path war, Path work) throws Exception {
            String factory = KeepAliveConnectionFactory.class.getName();
            return JettyServer.start(classes, factory, "org.eclipse.jetty.ee11.webapp.WebAppContext", war, work);
        }
    },
    TOMCAT_11 {
        @Override
        List<URL> jars() {
            return ServerJars.fromClassPath("tomcat-.*\\.jar");
        }

        @Override
        RunningServer start(Isolated classes, Path war, Path work) throws Exception {
            return TomcatServer.start(classes, war, work);
        }
    },
    TOMCAT_10_1 {
        @Override
        List<URL> jars() {
            return ServerJars.fromTarget("tomcat-10.1");
        }

        @Override
        RunningServer start(Isolated classes, Path war, Path work) throws Exception {
            return TomcatServer.start(classes, war, work);
        }
    };

    /**
     * Starts the server on a free port with the WAR as {@code /app}.
     *
     * @param work an empty folder for what the server unpacks
     * @throws Exception if the deployment fails
     */
    public RunningServer start(Path war, Path work) throws Exception {
        var classes = new Isolated(ServerJars.quiet(jars()));
        try {
            return classes.inside(() -> start(classes, war, work));
        } catch (Exception e) {
            classes.close();
            throw e;
        }
    }

    public boolean isJetty() {
        return this != TOMCAT_11 && this != TOMCAT_10_1;
    }

    abstract List<URL> jars();

    abstract RunningServer start(Isolated classes, Path war, Path work) throws Exception;
}
