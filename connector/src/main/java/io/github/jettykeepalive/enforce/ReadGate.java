package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.Phase;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the end point and whoever waits for it to become readable, so that the wait can be ended from outside.
 *
 * <p>Jetty's {@code FillInterest} hands a waiting callback to exactly one taker: to the selector when bytes have come, or
 * to {@link #interrupt}. That is what decides whether a request that arrives in the instant of a timeout is served or was
 * never accepted.
 */
final class ReadGate implements Callback {
    private final ManagedConnection connection;

    /** Who waits; written before this gate is registered, read after it was taken, so Jetty's swap publishes it. */
    private @Nullable Callback waiting;

    ReadGate(ManagedConnection connection) {
        this.connection = connection;
    }

    /** Waits until the end point is readable. */
    void await(Callback callback) {
        waiting = callback;
        connection.endPoint.fillInterested(this);
        if (isClaimed()) {
            // The claim was made before there was a wait to interrupt.
            interrupt();
        }
    }

    /** Waits, unless somebody waits already. */
    boolean tryAwait(Callback callback) {
        waiting = callback;
        return connection.endPoint.tryFillInterested(this);
    }

    /** Ends a claimed wait, if there is one that the selector has not just taken. */
    void interrupt() {
        AbstractEndPoint endPoint = waitable();
        if (endPoint != null) {
            endPoint.getFillInterest().onFail(new Claim());
        }
    }

    /** Milliseconds since the last byte in either direction. */
    long idleFor() {
        AbstractEndPoint endPoint = waitable();
        return endPoint == null ? 0 : endPoint.getIdleFor();
    }

    private @Nullable AbstractEndPoint waitable() {
        EndPoint endPoint = connection.endPoint;
        while (!(endPoint instanceof AbstractEndPoint) && endPoint instanceof EndPoint.Wrapper wrapper) {
            endPoint = wrapper.unwrap();
        }
        return endPoint instanceof AbstractEndPoint waitable ? waitable : null;
    }

    @Override
    public void succeeded() {
        Callback callback = waiting;
        if (callback != null) {
            callback.succeeded();
        }
    }

    @Override
    public void failed(Throwable cause) {
        Callback callback = waiting;
        boolean goesOn = cause instanceof Claim
                // An interrupt that came late: its wait was over, this one is another.
                ? !isClaimed()
                : cause instanceof TimeoutException timeout && !connection.idleExpired(timeout);
        if (goesOn && callback != null) {
            await(callback);
        } else if (isClaimed()) {
            connection.resolveClaim();
        } else if (callback != null) {
            callback.failed(cause);
        }
    }

    private boolean isClaimed() {
        Phase phase = connection.phase();
        return phase == Phase.CLAIMED || phase == Phase.OVERDUE;
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
