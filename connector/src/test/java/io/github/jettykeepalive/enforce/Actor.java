package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.policy.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Plays Jetty's HTTP connection on a managed end point, one call at a time, so that a test can put anything between two of
 * them.
 */
final class Actor extends AbstractConnection {
    static final String HEADER = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    final MemoryEndPoint wire;
    final ManagedConnection connection;
    /** How often the selector handed over. */
    volatile int handedOver;
    /** What Jetty's own waits failed with. */
    final List<Throwable> failures = new ArrayList<>();

    private final Callback waiting = Callback.from(() -> handedOver++, failures::add);

    private Actor(MemoryEndPoint wire, EndPoint managed) {
        super(managed, Runnable::run);
        this.wire = wire;
        this.connection = Objects.requireNonNull(Managed.of(managed));
    }

    /** Comes on as an accepted connection does. */
    static Actor on(MemoryEndPoint wire, Function<Function<EndPoint, Connection>, Connection> manage) {
        Connection made = manage.apply(managed -> new Actor(wire, managed));
        wire.setConnection(made);
        if (!(made instanceof Actor actor)) {
            made.onOpen();
            throw new Refused(wire);
        }
        actor.addEventListener(ManagedConnection.END_LISTENER);
        made.onOpen();
        actor.await();
        return actor;
    }

    static Actor unopened(MemoryEndPoint wire, EndPoint managed) {
        return new Actor(wire, managed);
    }

    /** The connection was one too many. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final transient MemoryEndPoint wire;

        Refused(MemoryEndPoint wire) {
            super(wire.output());
            this.wire = wire;
        }
    }

    /** Waits for the next request. */
    Actor await() {
        getEndPoint().fillInterested(waiting);
        return this;
    }

    /** Waits for content of the request. */
    boolean awaitContent() {
        return getEndPoint().tryFillInterested(waiting);
    }

    /** Reads what is there, and says how much. */
    int read() {
        try {
            ByteBuffer buffer = BufferUtil.allocate(1024);
            int filled = getEndPoint().fill(buffer);
            BufferUtil.clear(buffer);
            return filled;
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }

    /** The peer's bytes arrive, are noticed, and read. */
    int receive(String bytes) {
        wire.arrive(bytes).select();
        return read();
    }

    /** The header of a request is complete: whether it can be answered. */
    boolean startRequest() {
        return connection.requestStarted() && phase() == Phase.HANDLING;
    }

    /** The response is complete, and the connection is kept so long. */
    void keep(long millis) {
        connection.tenure.commit(Verdict.KEEP, true);
        connection.exchangeOver();
        connection.keep(millis, true); // its bytes need not be a whole header
    }

    /** The response is complete and said close. */
    void finish(CloseReason reason) {
        connection.tenure.commit(Verdict.close(reason), true);
        getEndPoint().shutdownOutput();
        connection.exchangeOver();
        connection.end(reason);
        await();
    }

    /** A request after which the connection may be idle for longer than the connector would have it. */
    void promiseLonger() {
        receive(HEADER);
        startRequest();
        keep(2 * Stage.IDLE_TIMEOUT);
        await();
    }

    /** A whole exchange; then the wait for the next request. */
    Actor serve() {
        receive(HEADER);
        startRequest();
        long promised = connection.manager.getPolicy().keepAliveTimeout().toMillis();
        keep(promised < 0 ? ConnectionState.NO_DEADLINE : promised);
        return await();
    }

    /** Another protocol's connection on the same end point, which does nothing by itself. */
    AbstractConnection another() {
        return new Actor(wire, getEndPoint());
    }

    Phase phase() {
        return connection.phase();
    }

    boolean finSent() {
        return wire.isOutputShutdown();
    }

    /** Never called: the waits have a callback of their own. */
    @Override
    public void onFillable() {
        throw new AssertionError();
    }
}
