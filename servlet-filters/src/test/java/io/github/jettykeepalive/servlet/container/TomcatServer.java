package io.github.jettykeepalive.servlet.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.logging.Logger;

/** Embedded Tomcat with one web application. */
record TomcatServer(Isolated classes, Object tomcat, int port) implements RunningServer {
    /** Held, or what is set here would be forgotten: tests make a server fail on purpose. */
    private static final Logger LOG = Logger.getLogger("org.apache");

    static TomcatServer start(Isolated classes, Path war, Path work) throws Exception {
        LOG.setUseParentHandlers(false);
        // A URL handler for the whole JVM, which only one Tomcat could have.
        classes.callStatic("org.apache.catalina.webresources.TomcatURLStreamHandlerFactory", "disable");
        Files.createDirectory(work.resolve("webapps"));
        Object tomcat = classes.create("org.apache.catalina.startup.Tomcat");
        Isolated.call(tomcat, "setBaseDir", work.toString());
        Isolated.call(tomcat, "setPort", 0);
        // Or it is the class path of the tests.
        Isolated.call(Isolated.call(tomcat, "getServer"), "setParentClassLoader", classes.loader());
        Object context = Isolated.call(tomcat, "addWebapp", "/app", war.toString());
        // It would take half a minute, and find the filters a second time.
        Isolated.call(Isolated.call(context, "getJarScanner"), "setScanClassPath", false);
        Object connector = Isolated.call(tomcat, "getConnector");
        // So long it waits for a client that has stalled; 20 s by default.
        Isolated.call(connector, "setProperty", "connectionTimeout", "5000");
        Isolated.call(tomcat, "start");
        String state = Isolated.call(context, "getStateName").toString();
        if (!state.equals("STARTED")) {
            Isolated.call(tomcat, "stop");
            throw new IllegalStateException("the application is " + state);
        }
        return new TomcatServer(classes, tomcat, (int) Isolated.call(connector, "getLocalPort"));
    }

    @Override
    public int addConnector(String protocol, Map<String, String> settings) throws Exception {
        return classes.inside(() -> {
            Object connector = classes.create("org.apache.catalina.connector.Connector", protocol);
            Isolated.call(connector, "setPort", 0);
            Isolated.call(connector, "setProperty", "address", "127.0.0.1");
            Isolated.call(connector, "setProperty", "connectionTimeout", "5000");
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                Isolated.call(connector, "setProperty", setting.getKey(), setting.getValue());
            }
            Isolated.call(Isolated.call(tomcat, "getService"), "addConnector", connector);
            return (int) Isolated.call(connector, "getLocalPort");
        });
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
