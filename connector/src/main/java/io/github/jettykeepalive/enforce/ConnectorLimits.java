package io.github.jettykeepalive.enforce;

import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.ConnectionLimit;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.LowResourceMonitor;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.Container;

/**
 * Whether Jetty keeps a connector from accepting because there are too many connections, or too little of anything else. Its
 * {@code NetworkConnectionLimit} counts a socket for as long as it is open; its deprecated {@code ConnectionLimit} counts connections,
 * of which one that lingers is over.
 */
final class ConnectorLimits {
    private ConnectorLimits() {}

    /** Whether one of them keeps the connector from accepting. */
    static boolean areReached(Connector connector) {
        // A limit of the server need not be one of this connector.
        boolean accepting = connector instanceof AbstractConnector acceptor && acceptor.isAccepting();
        if (accepting || connector.isShutdown() || !connector.isRunning()) {
            return false;
        }
        Server server = connector.getServer();
        return isReached(connector) || (server != null && (isReached(server) || isLow(server)));
    }

    private static boolean isLow(Server server) {
        return server.getBeans(LowResourceMonitor.class).stream().anyMatch(LowResourceMonitor::isLowOnResources);
    }

    @SuppressWarnings("removal") // where it is still used, it works
    private static boolean isReached(Container container) {
        for (NetworkConnectionLimit limit : container.getBeans(NetworkConnectionLimit.class)) {
            if (limit.getNetworkConnectionCount() + limit.getPendingNetworkConnectionCount()
                    >= limit.getMaxNetworkConnectionCount()) {
                return true;
            }
        }
        for (ConnectionLimit limit : container.getBeans(ConnectionLimit.class)) {
            if (limit.getConnections() + limit.getPendingConnections() >= limit.getMaxConnections()) {
                return true;
            }
        }
        return false;
    }
}
