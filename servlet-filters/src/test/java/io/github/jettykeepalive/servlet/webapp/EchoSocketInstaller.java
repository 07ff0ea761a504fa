package io.github.jettykeepalive.servlet.webapp;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;

/** Adds {@link EchoSocket} where the server has a WebSocket container. */
public class EchoSocketInstaller implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
        Object container = event.getServletContext().getAttribute("jakarta.websocket.server.ServerContainer");
        if (container != null) {
            Adding.to(container);
        }
    }

    /** A class of its own, which is not loaded where there is no such container. */
    private static final class Adding {
        static void to(Object container) {
            try {
                ((ServerContainer) container).addEndpoint(EchoSocket.class);
            } catch (DeploymentException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
