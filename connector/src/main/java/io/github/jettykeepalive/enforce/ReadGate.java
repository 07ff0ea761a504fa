package io.github.jettykeepalive.enforce;

import static io.github.jettykeepalive.policy.ConnectionState.NO_DEADLINE;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.Phase;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadPendingException;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the end point and whoever waits for it to become readable, so that the wait can be ended from outside.
 *
 * <p>That takes two steps. The claim is a move of the connection's state, which the peer's bytes may still undo. Then Jetty's
 * {@code FillInterest} hands the waiting callback to exactly one taker: to the selector when bytes have come, or to us. Only
 * with the callback in our hands do we act on the claim, and only if nothing has arrived meanwhile that nobody has read. So a
 * request that arrives before our FIN goes out is served, but for the instant between that look and the FIN; one that comes later
 * was never accepted.
 */
final class ReadGate implements Callback {
    /** How long after a claim somebody looks, in milliseconds: by then it was acted on, or whoever should have failed. */
    static final long PATIENCE = 5000;

    private final ManagedConnection connection;

    private static final VarHandle WAITING;

    static {
        try {
            WAITING = MethodHandles.lookup().findVarHandle(ReadGate.class, "waiting", Callback.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Who waits, null if nobody does: whoever puts it in waits alone, whoever takes it out calls it. */
    private volatile @Nullable Callback waiting;

    /** Whether the wait has failed and nobody waits since. */
    private volatile boolean taken;

    ReadGate(ManagedConnection connection) {
        this.connection = connection;
    }

    /**
     * Waits until the end point is readable.
     *
     * @throws ReadPendingException if somebody waits already
     */
    void await(Callback callback) {
        if (!begin(callback)) {
            throw new ReadPendingException();
        }
        if (!connection.endPoint.tryFillInterested(this)) {
            refuse();
        } else if (isClaimed() || connection.phase().isTakenOver()) {
            // The claim was made, or the connection taken, before there was a wait to interrupt.
            interrupt();
        }
    }

    /** Somebody else waits: past us, or because the connection has been taken in this moment. */
    private void refuse() {
        if (!connection.phase().isTakenOver()) {
            take();
            connection.endPoint.fillInterested(this);
        } else {
            Callback callback = take();
            if (callback != null) {
                callback.failed(new ClosedChannelException());
            }
        }
    }

    /** Waits, unless somebody waits already. */
    boolean tryAwait(Callback callback) {
        if (!begin(callback)) {
            return false;
        }
        boolean registered = connection.endPoint.tryFillInterested(this);
        if (!registered) {
            // Somebody waits past us: that wait goes on, this one never began.
            take();
        }
        return registered;
    }

    private boolean begin(Callback callback) {
        if (!WAITING.compareAndSet(this, null, callback)) {
            return false;
        }
        if (taken) {
            taken = false;
        }
        return true;
    }

    /** Ends the wait; it also held Jetty's HTTP connection, which a connection that lingers is done with. */
    private @Nullable Callback take() {
        return (Callback) WAITING.getAndSet(this, null);
    }

    /**
     * Ends this very wait for a request or for its header, unless the peer's bytes come first. Any thread.
     *
     * @param seen the state that shows the wait
     */
    boolean claim(long seen, CloseReason reason) {
        Phase phase = ConnectionState.phase(seen) == Phase.READING ? Phase.OVERDUE : Phase.CLAIMED;
        long deadline = connection.manager.now() + PATIENCE;
        if (!connection.cas(seen, ConnectionState.move(seen, phase, reason, deadline))) {
            return false;
        }
        interrupt();
        return true;
    }

    /**
     * Nobody has acted on a claim: it met an error on its way, such as a class that could not be loaded, before the wait was
     * taken or after. Or the peer's bytes came first, and whoever reads them is late.
     */
    void insist(long seen, long now) {
        CloseReason reason = ConnectionState.reason(seen);
        if (!connection.cas(seen, ConnectionState.move(seen, ConnectionState.phase(seen), reason, now + PATIENCE))) {
            return;
        }
        if (taken) {
            connection.finish(Objects.requireNonNullElse(reason, CloseReason.IDLE), null);
        } else {
            interrupt();
        }
    }

    boolean isAwaited() {
        return waiting != null;
    }

    /** The connection is taken from whoever waits, who hears of it as when an end point is closed, for that cause or for none. */
    void close(@Nullable Throwable cause) {
        Callback callback = take();
        interrupt();
        if (callback != null) {
            callback.failed(cause == null ? new ClosedChannelException() : cause);
        }
    }

    /** Whoever waits at the end point fails with a {@link Claim}. */
    void interrupt() {
        AbstractEndPoint endPoint = waitable();
        if (endPoint != null) {
            endPoint.getFillInterest().onFail(new Claim());
        }
    }

    @Override
    public void succeeded() {
        Callback callback = take();
        if (callback != null) {
            callback.succeeded();
        }
    }

    @Override
    public void failed(Throwable cause) {
        taken = true;
        Callback callback = take();
        boolean goesOn = cause instanceof Claim
                // An interrupt that came late: its wait was over, this one is another. Unless the gate of a connection
                // upon this one waits here: it may be meant for that, which waits again if it is not.
                ? !isClaimed() && !(callback instanceof ReadGate)
                : cause instanceof TimeoutException && isPromisedLonger();
        if (callback != null && connection.phase().isTakenOver()) {
            // An interrupt has come before whoever takes the connection could take this wait.
            callback.failed(new ClosedChannelException());
        } else if (goesOn && callback != null) {
            await(callback);
        } else if (claimForTimeout(cause) || isClaimed()) {
            actOnClaim(callback);
        } else if (callback != null) {
            callback.failed(cause);
        }
    }

    private void actOnClaim(@Nullable Callback callback) {
        if (callback != null && connection.phase() == Phase.CLAIMED && Arrived.isAnything(connection.endPoint)) {
            // The selector was too busy to come to it; it does now, and a request that is read undoes the claim.
            begin(callback);
            connection.endPoint.fillInterested(this);
        } else {
            end();
        }
    }

    /** We hold Jetty's wait in our hands, so no byte can come between: answer a slow header, then close. */
    private void end() {
        long seen = connection.state();
        CloseReason reason = Objects.requireNonNullElse(ConnectionState.reason(seen), CloseReason.IDLE);
        boolean overdue = ConnectionState.phase(seen) == Phase.OVERDUE;
        if (connection.endSoon(reason)) {
            if (overdue) {
                connection.ending().answer(Refusal.REQUEST_TIMEOUT);
            } else {
                connection.ending().halfClose();
                connection.ending().lingerElsewhere();
            }
        }
    }

    /** Jetty's own idle timer went off, but the client was told that it may take longer. */
    private boolean isPromisedLonger() {
        long seen = connection.state();
        return ConnectionState.phase(seen) == Phase.IDLE
                && ConnectionState.deadline(seen) != NO_DEADLINE
                && ConnectionState.deadline(seen) > connection.manager.now()
                && !connection.tenure.isTightened(connection.endPoint.getIdleTimeout());
    }

    /** Jetty's own idle timer went off while a request was awaited or had not arrived in full. */
    private boolean claimForTimeout(Throwable cause) {
        long seen = connection.state();
        Phase phase = ConnectionState.phase(seen);
        if (!(cause instanceof TimeoutException) || !(phase.isWaiting() || phase == Phase.READING)) {
            return false;
        }
        boolean reading = phase == Phase.READING;
        CloseReason reason = reading
                ? CloseReason.HEADER_TIMEOUT
                : Objects.requireNonNullElse(ConnectionState.reason(seen), CloseReason.IDLE);
        Phase claimed = reading ? Phase.OVERDUE : Phase.CLAIMED;
        // Should another claim have come first, then that one is acted on.
        long deadline = connection.manager.now() + PATIENCE;
        return connection.cas(seen, ConnectionState.move(seen, claimed, reason, deadline));
    }

    private boolean isClaimed() {
        Phase phase = connection.phase();
        return phase == Phase.CLAIMED || phase == Phase.OVERDUE;
    }

    private @Nullable AbstractEndPoint waitable() {
        EndPoint endPoint = connection.endPoint;
        while (!(endPoint instanceof AbstractEndPoint) && endPoint instanceof EndPoint.Wrapper wrapper) {
            endPoint = wrapper.unwrap();
        }
        return endPoint instanceof AbstractEndPoint waitable ? waitable : null;
    }

    @Override
    public InvocationType getInvocationType() {
        Callback callback = waiting;
        return callback == null ? InvocationType.NON_BLOCKING : callback.getInvocationType();
    }

    /** What an interrupted wait fails with. */
    static final class Claim extends TimeoutException {
        private static final long serialVersionUID = 1L;

        Claim() {
            super("the wait was ended");
        }

        /** A message between two objects, not an error: nobody needs to know where it came from. */
        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
