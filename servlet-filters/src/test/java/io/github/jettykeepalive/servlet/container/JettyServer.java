package io.github.jettykeepalive.servlet.container;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.file.Path;

/** Jetty with one {@code WebAppContext}. */
record JettyServer(Isolated classes, Object server, Object connector) implements RunningServer {

    /** Stock Jetty: its own connector, as it is. */
    static JettyServer start(Isolated classes, String contextClass, Path war, Path work) throws Exception {
        return start(classes, "org.eclipse.jetty.server.HttpConnectionFactory", contextClass, war, work);
    }

    static JettyServer start(Isolated classes, String factoryClass, String contextClass, Path war, Path work)
            throws Exception {
        Object server = classes.create("org.eclipse.jetty.server.Server");
        Object factories = Array.newInstance(classes.load("org.eclipse.jetty.server.ConnectionFactory"), 1);
        Array.set(factories, 0, classes.create(factoryClass));
        Object connector = classes.create("org.eclipse.jetty.server.ServerConnector", server, factories);
        Isolated.call(server, "addConnector", connector);
        Object context = classes.create(contextClass, war.toString(), "/app");
        Isolated.call(context, "setTempDirectory", work.toFile());
        Isolated.call(context, "setThrowUnavailableOnStartupException", true);
        Isolated.call(server, "setHandler", context);
        if (contextClass.contains("ee11")) {
            addWebSocket(classes, context);
        }
        var jetty = new JettyServer(classes, server, connector);
        try {
            Isolated.call(server, "start");
            return jetty;
        } catch (Exception e) {
            jetty.close();
            throw e;
        }
    }

    /** What Jetty's annotations module would find by itself. That of EE10 is in no repository for this version. */
    private static void addWebSocket(Isolated classes, Object context) throws Exception {
        Class<?> initializer = classes.load("org.eclipse.jetty.ee11.websocket.jakarta.server.config"
                + ".JakartaWebSocketServletContainerInitializer");
        for (Method method : initializer.getMethods()) {
            if (method.getName().equals("configure")) {
                method.invoke(null, context, null);
            }
        }
    }

    @Override
    public int port() throws Exception {
        return (int) Isolated.call(connector, "getLocalPort");
    }

    @Override
    public void close() throws Exception {
        classes.inside(() -> Isolated.call(server, "stop"));
        classes.close();
    }
}
