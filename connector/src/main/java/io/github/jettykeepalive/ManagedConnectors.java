package io.github.jettykeepalive;

import io.github.jettykeepalive.enforce.ConnectionLedger;
import io.github.jettykeepalive.enforce.ConnectionManager;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.util.component.Graceful;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each connector that a factory serves has for itself. It is made when the connector starts, or with its first connection if
 * it was running already, is a bean of the connector until that stops, and then forgotten: a factory may be shared, and its own
 * life cycle is that of one connector only.
 *
 * <p>Thread-safe. What is asked of all goes on for those that come later, under this object's monitor, so that none is missed.
 */
final class ManagedConnectors {
    private static final Logger LOG = LoggerFactory.getLogger(ManagedConnectors.class);

    private final ConnectionLedger ledger;
    private final Supplier<KeepAlivePolicy> unstarted;
    private final BooleanSupplier running;
    private final Map<Connector, Managed> all = new ConcurrentHashMap<>();

    /** In force; null until the factory starts. */
    private @Nullable KeepAlivePolicy policy;

    /** What was asked of all, until it is taken back, or until the factory has stopped and serves nobody. */
    private @Nullable Draining draining;

    private record Draining(long spread, CompletableFuture<Void> done) {}

    /**
     * Serves no connector yet.
     *
     * @param unstarted the policy for a connector that comes before the factory has ever started, such as the one that starts it
     * @param running whether the factory runs
     */
    ManagedConnectors(ConnectionLedger ledger, Supplier<KeepAlivePolicy> unstarted, BooleanSupplier running) {
        this.ledger = ledger;
        this.unstarted = unstarted;
        this.running = running;
    }

    /** The connector's own; made now if it was not known. */
    ConnectionManager manager(Connector connector) {
        Managed known = all.get(connector);
        return (known == null ? add(connector) : known).manager;
    }

    private synchronized Managed add(Connector connector) {
        Managed known = all.get(connector);
        if (known != null) {
            return known;
        }
        KeepAlivePolicy current = policy == null ? unstarted.get() : policy;
        Managed added = new Managed(
                connector,
                new ConnectionManager(
                        current, ledger, connector.getScheduler(), connector.getExecutor(), System::nanoTime));
        if (draining != null) {
            var unused = added.manager.drain(draining.spread);
        }
        all.put(connector, added);
        try {
            connector.addBean(added);
        } catch (RuntimeException x) {
            // A listener of the connector's beans does not like this one; that is no matter of the connection.
            LOG.warn("No graceful stop of {}", connector, x);
            connector.addEventListener(added);
        }
        if (!connector.isRunning()) {
            // It stopped meanwhile, and nobody would say so again.
            added.lifeCycleStopped(connector);
        }
        return added;
    }

    /** The factory starts; its connector may be known already. */
    synchronized KeepAlivePolicy start(KeepAlivePolicy changed) {
        setPolicy(changed);
        return changed;
    }

    /** The factory has stopped. A drain goes on only where it is shared. */
    synchronized void stop() {
        forgetDrain();
    }

    private boolean isIdle() {
        return !running.getAsBoolean() && all.isEmpty();
    }

    private void forgetDrain() {
        if (isIdle()) {
            draining = null;
        }
    }

    private synchronized boolean forget(Managed managed) {
        boolean known = all.remove(managed.connector, managed);
        forgetDrain();
        return known;
    }

    /** On all connectors, or with an {@link IllegalArgumentException} on none. */
    synchronized void setPolicy(KeepAlivePolicy changed) {
        ConnectionManager.check(changed);
        policy = changed;
        all.values().forEach(managed -> managed.manager.setPolicy(changed));
    }

    boolean isAny() {
        return !all.isEmpty();
    }

    synchronized CompletableFuture<Void> drain(long spread) {
        ConnectionManager.checkSpread(spread);
        if (draining != null && !draining.done.isDone()) {
            return draining.done;
        }
        if (isIdle()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<?>[] each = all.values().stream()
                .map(managed -> managed.manager.drain(spread))
                .toArray(CompletableFuture<?>[]::new);
        var done = new CompletableFuture<Void>();
        draining = new Draining(spread, done);
        var unused = CompletableFuture.allOf(each).thenRun(() -> done.complete(null));
        return done;
    }

    synchronized void resume() {
        if (draining != null) {
            draining.done.cancel(false);
            draining = null;
        }
        all.values().forEach(managed -> managed.manager.resume());
    }

    synchronized boolean isDraining() {
        return draining != null || all.values().stream().anyMatch(managed -> managed.manager.isDraining());
    }

    /** The connectors by their names and the addresses they listen at; empty if there is none. */
    String names() {
        return all.keySet().stream().map(ManagedConnectors::name).sorted().collect(Collectors.joining(","));
    }

    private static String name(Connector connector) {
        String address = connector instanceof NetworkConnector network
                ? Objects.requireNonNullElse(network.getHost(), "0.0.0.0") + ":"
                        + (network.getLocalPort() > 0 ? network.getLocalPort() : network.getPort())
                : connector.getClass().getSimpleName();
        // Several may have one name: the virtual hosts that they serve go by it.
        return connector.getName() == null ? address : connector.getName() + "@" + address;
    }

    int lingering() {
        return all.values().stream()
                .mapToInt(managed -> managed.manager.getLingering())
                .sum();
    }

    /** A bean of a connector: hears of its stop, and takes part in a graceful one. */
    private final class Managed implements Graceful, LifeCycle.Listener {
        private final Connector connector;
        private final ConnectionManager manager;

        Managed(Connector connector, ConnectionManager manager) {
            this.connector = connector;
            this.manager = manager;
        }

        @Override
        public CompletableFuture<Void> shutdown() {
            return manager.shutdown();
        }

        @Override
        public boolean isShutdown() {
            return manager.isDraining();
        }

        @Override
        public void lifeCycleStopped(LifeCycle stopped) {
            if (stopped.equals(connector) && forget(this)) {
                connector.removeBean(this);
                connector.removeEventListener(this);
                manager.stop();
            }
        }

        @Override
        public void lifeCycleFailure(LifeCycle failed, Throwable cause) {
            lifeCycleStopped(failed);
        }

        @Override
        public String toString() {
            return "keep-alive@%x{open=%d}".formatted(hashCode(), manager.getOpen());
        }
    }
}
