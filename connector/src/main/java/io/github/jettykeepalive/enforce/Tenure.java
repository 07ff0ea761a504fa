package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.KeepAliveHeader;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import io.github.jettykeepalive.policy.Verdict;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has used of what it may use: requests, age, and the verdict on its latest response.
 *
 * <p>Written by the thread that handles the connection's current request; others may read a value that is one request old.
 */
final class Tenure {
    private static final AtomicLong IDS = new AtomicLong();

    final long id = IDS.incrementAndGet();
    final long openedAt;

    /** The idle timeout the connection started with, the connector's. */
    final long connectorIdleTimeout;

    /** The end point's idle timeout when the latest wait for a request ended: Jetty may change it for the time of the request. */
    long idleTimeoutBefore;

    private final long overAgeAt;
    /** Published to those who watch by the connection's next move. */
    private int served;

    private int clientMax = Integer.MAX_VALUE;
    private @Nullable Verdict verdict;
    private boolean selfDelimited = true;
    private boolean readOn;
    private boolean answered;

    Tenure(KeepAlivePolicy policy, long now, long connectorIdleTimeout) {
        openedAt = now;
        this.connectorIdleTimeout = connectorIdleTimeout;
        idleTimeoutBefore = connectorIdleTimeout;
        overAgeAt = now + policy.maxAgeMillis(ThreadLocalRandom.current().nextDouble());
    }

    void requestStarted() {
        served++;
        verdict = null;
        selfDelimited = true;
        readOn = false;
        answered = false;
    }

    /** A client that announces its own limit gets no more than that. */
    void honor(KeepAliveHeader request) {
        if (request.max() != KeepAliveHeader.ABSENT) {
            clientMax = Math.min(clientMax, served + request.max());
        }
    }

    /** The response's header is about to be sent. */
    void commit(Verdict decided, boolean marksItsEnd) {
        verdict = decided;
        selfDelimited = marksItsEnd;
    }

    /** What the client still sends can be read although the response is complete: stock Jetty would keep the connection for it. */
    void mayReadOn() {
        readOn = true;
    }

    boolean isReadOn() {
        return readOn;
    }

    /** The last byte of the response got through. */
    void answered() {
        answered = true;
    }

    boolean isAnswered() {
        return answered;
    }

    int served() {
        return served;
    }

    /** Requests allowed in all, 0 = no limit. */
    int maxRequests(int policyMax) {
        int max = policyMax == 0 ? clientMax : Math.min(policyMax, clientMax);
        return max == Integer.MAX_VALUE ? 0 : Math.max(1, max);
    }

    /** Whether there is an age that is too old for the connection. */
    boolean mayAge() {
        return overAgeAt < ConnectionState.NO_DEADLINE;
    }

    boolean overAge(long now) {
        return now >= overAgeAt;
    }

    long age(long now) {
        return now - openedAt;
    }

    /** Why the response under way says close, null if it does not or there is none. */
    @Nullable
    CloseReason closeReason() {
        return verdict == null ? null : verdict.reason();
    }

    boolean isCommitted() {
        return verdict != null;
    }

    /** Whether the response under way marks its own end. */
    boolean isSelfDelimited() {
        return selfDelimited;
    }

    /** Whether somebody (a low resource monitor, an application, a connector being shut down) has shortened the idle timeout to this. */
    boolean isTightened(long idleTimeout) {
        return idleTimeout > 0 && (connectorIdleTimeout <= 0 || idleTimeout < connectorIdleTimeout);
    }

    @Override
    public String toString() {
        return "#" + id + ",requests=" + served;
    }
}
