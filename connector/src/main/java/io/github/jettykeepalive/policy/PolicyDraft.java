package io.github.jettykeepalive.policy;

import java.time.Duration;

/** A policy being changed: the copy that every {@code with} method of {@link KeepAlivePolicy} edits and freezes. */
final class PolicyDraft {
    int maxRequests;
    Duration keepAliveTimeout;
    KeepAliveHeaderMode keepAliveHeader;
    Duration advertiseMargin;
    boolean honorClientKeepAlive;
    Duration maxAge;
    int maxAgeJitter;
    Duration requestHeaderTimeout;
    LingerPolicy linger;
    boolean abortWithReset;
    Http10Policy http10;
    ClientRules clientRules;
    StatusSet closeOnStatus;
    ClientLimit clientLimit;
    int maxConnections;
    Duration clientClosesFirst;

    PolicyDraft(KeepAlivePolicy policy) {
        maxRequests = policy.maxRequests();
        keepAliveTimeout = policy.keepAliveTimeout();
        keepAliveHeader = policy.keepAliveHeader();
        advertiseMargin = policy.advertiseMargin();
        honorClientKeepAlive = policy.honorClientKeepAlive();
        maxAge = policy.maxAge();
        maxAgeJitter = policy.maxAgeJitter();
        requestHeaderTimeout = policy.requestHeaderTimeout();
        linger = policy.linger();
        abortWithReset = policy.abortWithReset();
        http10 = policy.http10();
        clientRules = policy.clientRules();
        closeOnStatus = policy.closeOnStatus();
        clientLimit = policy.clientLimit();
        maxConnections = policy.maxConnections();
        clientClosesFirst = policy.clientClosesFirst();
    }

    KeepAlivePolicy freeze() {
        return new KeepAlivePolicy(
                maxRequests,
                keepAliveTimeout,
                keepAliveHeader,
                advertiseMargin,
                honorClientKeepAlive,
                maxAge,
                maxAgeJitter,
                requestHeaderTimeout,
                linger,
                abortWithReset,
                http10,
                clientRules,
                closeOnStatus,
                clientLimit,
                maxConnections,
                clientClosesFirst);
    }
}
