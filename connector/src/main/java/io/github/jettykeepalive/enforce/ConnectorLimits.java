package io.github.jettykeepalive.enforce;

import java.util.Collection;
import org.eclipse.jetty.server.ConnectionLimit;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.Container;

/** Jetty's own limits on the connections of a connector, which count a socket for as long as it is open. */
final class ConnectorLimits {
    private ConnectorLimits() {}

    /** Whether one of them keeps the connector from accepting, now or when the next one has come. */
    static boolean areReached(Connector connector) {
        Server server = connector.getServer();
        return isReached(connector) || (server != null && isReached(server));
    }

    @SuppressWarnings("removal") // where it is still used, it works
    private static boolean isReached(Container container) {
        Collection<NetworkConnectionLimit> limits = container.getBeans(NetworkConnectionLimit.class);
        for (NetworkConnectionLimit limit : limits) {
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
