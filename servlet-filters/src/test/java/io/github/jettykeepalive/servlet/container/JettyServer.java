package io.github.jettykeepalive.servlet.container;

import java.nio.file.Path;

/** Stock Jetty with one {@code WebAppContext}. */
record JettyServer(Isolated classes, Object server, int port) implements RunningServer {

    static JettyServer start(Isolated classes, String contextClass, Path war, Path work) throws Exception {
        Object server = classes.create("org.eclipse.jetty.server.Server", 0);
        Object context = classes.create(contextClass, war.toString(), "/app");
        Isolated.call(context, "setTempDirectory", work.toFile());
        Isolated.call(context, "setThrowUnavailableOnStartupException", true);
        Isolated.call(server, "setHandler", context);
        try {
            Isolated.call(server, "start");
        } catch (Exception e) {
            Isolated.call(server, "stop");
            throw e;
        }
        Object[] connectors = (Object[]) Isolated.call(server, "getConnectors");
        return new JettyServer(classes, server, (int) Isolated.call(connectors[0], "getLocalPort"));
    }

    @Override
    public void close() throws Exception {
        classes.inside(() -> Isolated.call(server, "stop"));
        classes.close();
    }
}
