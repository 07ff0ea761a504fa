package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.ClientLimit;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.Phase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.InetAddressSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections each client network has, and what happens to one too many: the client's own oldest idle connection
 * makes room for it, or it is refused.
 *
 * <p>Connections that end, or are refused, are held for a while, too: a client has as many sockets for them as it may have
 * connections, and beyond that the oldest go at once. Thread-safe: who is counted for whom changes under this object's monitor, under which
 * nothing is ended. Without a limit nobody comes to it.
 */
final class ClientConnections {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnections.class);
    private static final long LOG_INTERVAL = 1000;

    /** Those that have their last response or their 503 before those that wait for it, of each the oldest. */
    private static final Comparator<ManagedConnection> ANSWERED_FIRST = Comparator.comparing(
                    (ManagedConnection member) -> !member.phase().isTakenOver())
            .thenComparingLong(member -> member.tenure.id);

    private final ConnectionManager manager;
    private final Map<ClientNetwork, Set<ManagedConnection>> clients = new HashMap<>();
    private volatile InetAddressSet exempt = new InetAddressSet();
    private long refused;
    private long loggedAt = -LOG_INTERVAL;

    ClientConnections(ConnectionManager manager) {
        this.manager = manager;
    }

    void exempt(ClientLimit limit) {
        exempt = networks(limit);
    }

    /** Reads the exempt networks; an {@link IllegalArgumentException} names the one that is none. */
    static InetAddressSet networks(ClientLimit limit) {
        InetAddressSet networks = new InetAddressSet();
        for (String network : limit.exempt()) {
            try {
                networks.add(network);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "clientExempt: " + network + " (expected: an address, a range or a CIDR block)", e);
            }
        }
        return networks;
    }

    /** Whether the connection may stay; if not, it is to be refused, and counts for as long as that takes. */
    boolean admit(ManagedConnection connection) {
        ClientLimit limit = manager.rules().policy.clientLimit();
        ClientNetwork client = limit.enabled() ? network(connection, limit) : null;
        if (client == null) {
            return true;
        }
        int most = limit.maxConnections();
        boolean admitted = joins(client, connection, most) || takesPlace(client, connection, most);
        if (!admitted) {
            join(client, connection);
            logRefusal();
        }
        endOwn(client, 2 * most);
        return admitted;
    }

    /** Those of the client that are over but for their end go, the oldest first, until it has no more than so many in all. */
    private void endOwn(ClientNetwork client, int most) {
        for (ManagedConnection over = oldestOver(client, most); over != null; over = oldestOver(client, most)) {
            over.ending().giveWay();
        }
    }

    private synchronized @Nullable ManagedConnection oldestOver(ClientNetwork client, int most) {
        Set<ManagedConnection> members = clients.getOrDefault(client, Set.of());
        if (members.size() <= most) {
            return null;
        }
        return members.stream()
                .filter(ClientConnections::isOver)
                .min(ANSWERED_FIRST)
                .orElse(null);
    }

    /** Whether its last response is out, or it was refused: at most a part of that response can be lost. */
    private static boolean isOver(ManagedConnection connection) {
        long seen = connection.state();
        Phase phase = ConnectionState.phase(seen);
        return phase.isTakenOver()
                || (phase == Phase.CLOSING && ConnectionState.reason(seen) == CloseReason.CLIENT_LIMIT);
    }

    /** Counting and joining are one step, so that two cannot both take the last place, nor both miss it. */
    private synchronized boolean joins(ClientNetwork client, ManagedConnection connection, int most) {
        Set<ManagedConnection> members = clients.getOrDefault(client, Set.of());
        boolean joins = members.stream().filter(ClientConnections::isServed).count() < most;
        if (joins) {
            join(client, connection);
        }
        return joins;
    }

    /** Whether it is of use to the client, or the application is still at work for it. */
    private static boolean isServed(ManagedConnection connection) {
        return !connection.phase().isEnding() || connection.isExchanging();
    }

    /**
     * The client's oldest idle connection goes, and this one comes in its place; more of them go if the limit has been lowered since.
     * If a request comes in between on the other, both are served, and the other closes behind it.
     */
    private boolean takesPlace(ClientNetwork client, ManagedConnection connection, int most) {
        List<ManagedConnection> members = members(client);
        long tooMany = members.stream().filter(ClientConnections::isServed).count() + 1 - most;
        boolean room = IdleShedder.shed(members, tooMany, manager.now()) >= tooMany;
        if (room) {
            join(client, connection);
        }
        return room;
    }

    private synchronized List<ManagedConnection> members(ClientNetwork client) {
        return List.copyOf(clients.getOrDefault(client, Set.of()));
    }

    private synchronized void join(ClientNetwork client, ManagedConnection connection) {
        // A change of the settings may have counted it already, for another network.
        leave(connection);
        clients.computeIfAbsent(client, key -> new HashSet<>(4)).add(connection);
        connection.client = client;
        if (connection.phase() == Phase.CLOSED) {
            // It has left before it was here.
            leave(connection);
        }
    }

    /** The limit has changed: those that are open are counted as if they came now, but none is refused. */
    void recount(Iterable<ManagedConnection> open) {
        ClientLimit limit = manager.rules().policy.clientLimit();
        for (ManagedConnection connection : open) {
            ClientNetwork client = limit.enabled() ? network(connection, limit) : null;
            if (!Objects.equals(client, connection.client)) {
                move(connection, client);
            }
        }
    }

    private synchronized void move(ManagedConnection connection, @Nullable ClientNetwork client) {
        leave(connection);
        if (client != null) {
            join(client, connection);
        }
    }

    /** The connection is gone, or is not counted any more. */
    void leave(ManagedConnection connection) {
        if (connection.client != null) {
            forget(connection);
        }
    }

    private synchronized void forget(ManagedConnection connection) {
        ClientNetwork client = connection.client;
        connection.client = null;
        Set<ManagedConnection> members = client == null ? null : clients.get(client);
        if (members != null && members.remove(connection) && members.isEmpty()) {
            clients.remove(client);
        }
    }

    /** Whom the connection counts for; nobody, if another one counts for its socket. */
    private @Nullable ClientNetwork network(ManagedConnection connection, ClientLimit limit) {
        if (connection.sharesSocket()) {
            return null;
        }
        InetAddress address = address(connection.endPoint);
        return address == null || exempt.test(address) ? null : ClientNetwork.of(address, limit);
    }

    /** The peer's, or that of the proxy if what it says of the peer is no address; null over a Unix-domain socket. */
    private static @Nullable InetAddress address(EndPoint endPoint) {
        InetAddress address =
                endPoint.getRemoteSocketAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
        return address == null && endPoint instanceof EndPoint.Wrapper wrapper ? address(wrapper.unwrap()) : address;
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
