package io.github.jettykeepalive.servlet.container;

import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Embedded Tomcat with one web application. */
record TomcatServer(Isolated classes, Object tomcat, int port) implements RunningServer {
    /** Held, or the level would be forgotten; tests make a server fail on purpose. */
    private static final Logger LOG = Logger.getLogger("org.apache");

    static TomcatServer start(Isolated classes, Path war, Path work) throws Exception {
        LOG.setLevel(Level.OFF);
        Object tomcat = classes.create("org.apache.catalina.startup.Tomcat");
        Isolated.call(tomcat, "setBaseDir", work.toString());
        Isolated.call(tomcat, "setPort", 0);
        Object context = Isolated.call(tomcat, "addWebapp", "/app", war.toString());
        Object connector = Isolated.call(tomcat, "getConnector");
        Isolated.call(tomcat, "start");
        String state = Isolated.call(context, "getStateName").toString();
        if (!state.equals("STARTED")) {
            Isolated.call(tomcat, "stop");
            throw new IllegalStateException("the application is " + state);
        }
        return new TomcatServer(classes, tomcat, (int) Isolated.call(connector, "getLocalPort"));
    }

    @Override
    public void close() throws Exception {
        classes.inside(() -> {
            Isolated.call(tomcat, "stop");
            return Isolated.call(tomcat, "destroy");
        });
        classes.close();
    }
}
