package io.github.jettykeepalive.servlet.container;

import java.net.URL;
import java.nio.file.Path;
import java.util.List;

/** The servlet containers that the filters promise to run on. */
public enum Container {
    JETTY_EE11 {
        @Override
        List<URL> jars() {
            // The API's own jar is 6.0 here; Tomcat's has it as 6.1.
            return ServerJars.fromClassPath("(jetty-(?!ee10|keepalive).*|slf4j-api.*|tomcat-embed-core.*)\\.jar");
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
        return this == JETTY_EE11 || this == JETTY_EE10;
    }

    abstract List<URL> jars();

    abstract RunningServer start(Isolated classes, Path war, Path work) throws Exception;
}
