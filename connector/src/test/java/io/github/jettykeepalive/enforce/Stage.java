package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import io.github.jettykeepalive.testing.ManualClock;
import io.github.jettykeepalive.testing.ManualScheduler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.jspecify.annotations.Nullable;

/** A connection manager without a server: the test is Jetty, the selector, the peer and the clock. */
final class Stage {
    /** Short enough that a wheel of the sweep is never turned for long. */
    static final KeepAlivePolicy POLICY = KeepAlivePolicy.DEFAULT
            .withKeepAliveTimeout(Duration.ofSeconds(10))
            .withRequestHeaderTimeout(Duration.ofSeconds(20));

    static final long IDLE_TIMEOUT = 30_000;

    private static final Executor SAME_THREAD = Runnable::run;

    final ManualClock clock = new ManualClock();
    final ManualScheduler scheduler = new ManualScheduler(clock);
    final ConnectionLedger ledger = new ConnectionLedger();
    final ConnectionManager manager;

    /** By how much the time is off from what the scheduler goes by: the machine was suspended, or was moved. */
    private long jumpedNanos;

    private @Nullable Error clockFails;
    private boolean running = true;

    private final HttpConfiguration configuration = new HttpConfiguration();

    /** Jetty's own limits on connections, of the connector. */
    final List<NetworkConnectionLimit> limits = new ArrayList<>();

    private final Connector connector = (Connector) Proxy.newProxyInstance(
            Stage.class.getClassLoader(),
            new Class<?>[] {Connector.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "getExecutor" -> SAME_THREAD;
                case "isShutdown" -> false;
                case "isRunning" -> running;
                case "getBeans" -> arguments[0] == NetworkConnectionLimit.class ? limits : List.of();
                case "getServer" -> null;
                default -> throw new UnsupportedOperationException(method.getName());
            });

    Stage(KeepAlivePolicy policy) {
        manager = new ConnectionManager(policy, ledger, scheduler, SAME_THREAD, this::nanoTime);
    }

    private long nanoTime() {
        Error error = clockFails;
        if (error != null) {
            clockFails = null;
            throw error;
        }
        return clock.getAsLong() + jumpedNanos;
    }

    /** Whoever asks for the time next meets this error. */
    void failClock(Error error) {
        clockFails = error;
    }

    /** It is later by so much, or earlier, and no timer has noticed. */
    void jump(Duration duration) {
        jumpedNanos += duration.toNanos();
    }

    /** The connector begins to stop; what that does to sockets is up to the test. */
    void stop() {
        running = false;
    }

    /** A connection that has just been accepted and waits for its first request. */
    Actor accept() {
        return accept("127.0.0.1");
    }

    Actor accept(String address) {
        return accept(new MemoryEndPoint(clock, address, IDLE_TIMEOUT));
    }

    Actor accept(MemoryEndPoint wire) {
        return Actor.on(wire, http -> manage(wire, http));
    }

    /** As the factory does when its connector has accepted. */
    Connection manage(EndPoint wire, Function<EndPoint, Connection> http) {
        return manager.manage(connector, wire, configuration, http, UnaryOperator.identity());
    }

    /** A connection that has been made, but that Jetty has not opened. */
    MemoryEndPoint acceptButNeverOpen() {
        var wire = new MemoryEndPoint(clock, "127.0.0.1", IDLE_TIMEOUT);
        manage(wire, managed -> Actor.unopened(wire, managed));
        return wire;
    }

    /** A kept connection: it has had a request and waits for the next one. */
    Actor acceptIdle() {
        return accept().serve();
    }

    void advance(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    /** How many connections were closed for each reason that occurred. */
    Map<CloseReason, Long> closes() {
        var closes = new TreeMap<CloseReason, Long>();
        for (CloseReason reason : CloseReason.values()) {
            closes.put(reason, ledger.getCloses(reason));
        }
        closes.values().removeIf(count -> count == 0);
        return closes;
    }
}
