package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.ClientLimit;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.util.InetAddressSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections each client network has, and what happens to one too many: the client's own oldest idle connection
 * makes room for it, or it is refused.
 *
 * <p>Connections that are ending do not count. Thread-safe: each client's set changes only inside the map's own lock for it.
 */
final class ClientConnections {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnections.class);
    private static final long LOG_INTERVAL = 1000;

    private final ConnectionManager manager;
    private final Map<ClientNetwork, Set<ManagedConnection>> clients = new ConcurrentHashMap<>();
    private volatile InetAddressSet exempt = new InetAddressSet();
    private long refused;
    private long loggedAt = -LOG_INTERVAL;

    ClientConnections(ConnectionManager manager) {
        this.manager = manager;
    }

    /** Reads the exempt networks; an {@link IllegalArgumentException} names the one that is none. */
    void exempt(ClientLimit limit) {
        InetAddressSet networks = new InetAddressSet();
        for (String network : limit.exempt()) {
            try {
                networks.add(network);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "clientExempt: " + network + " (expected: an address, a range or a CIDR block)", e);
            }
        }
        exempt = networks;
    }

    /** Whether the connection may stay. */
    boolean admit(ManagedConnection connection) {
        ClientLimit limit = manager.rules().policy.clientLimit();
        ClientNetwork client = limit.enabled() ? network(connection, limit) : null;
        if (client == null) {
            return true;
        }
        if (joins(client, connection, limit.maxConnections()) || takesPlace(client, connection)) {
            return true;
        }
        logRefusal();
        return false;
    }

    /** Counting and joining are one step, so that two cannot both take the last place, nor both miss it. */
    private boolean joins(ClientNetwork client, ManagedConnection connection, int most) {
        Set<ManagedConnection> members = clients.compute(client, (key, before) -> {
            Set<ManagedConnection> all = before == null ? ConcurrentHashMap.newKeySet(4) : before;
            long open = all.stream().filter(other -> !other.phase().isEnding()).count();
            if (open < most) {
                all.add(connection);
            }
            return all;
        });
        connection.client = client;
        return members.contains(connection);
    }

    /** The client's oldest idle connection goes, and this one comes in its place. */
    private boolean takesPlace(ClientNetwork client, ManagedConnection connection) {
        Set<ManagedConnection> members = clients.getOrDefault(client, Set.of());
        if (new IdleShedder().shed(members, 1) == 0) {
            return false;
        }
        clients.compute(client, (key, before) -> {
            Set<ManagedConnection> all = before == null ? ConcurrentHashMap.newKeySet(4) : before;
            all.add(connection);
            return all;
        });
        return true;
    }

    /** The connection is gone. */
    void leave(ManagedConnection connection) {
        ClientNetwork client = connection.client;
        if (client != null) {
            clients.computeIfPresent(client, (key, set) -> {
                set.remove(connection);
                return set.isEmpty() ? null : set;
            });
        }
    }

    private @Nullable ClientNetwork network(ManagedConnection connection, ClientLimit limit) {
        if (!(connection.endPoint.getRemoteSocketAddress() instanceof InetSocketAddress remote)) {
            return null;
        }
        InetAddress address = remote.getAddress();
        return address == null || exempt.test(address) ? null : ClientNetwork.of(address, limit);
    }

    /** A flood of refusals is one line a second. */
    private synchronized void logRefusal() {
        refused++;
        long now = manager.now();
        if (now - loggedAt >= LOG_INTERVAL) {
            LOG.warn("maxConnectionsPerClient reached: {} connections refused", refused);
            loggedAt = now;
            refused = 0;
        }
    }
}
