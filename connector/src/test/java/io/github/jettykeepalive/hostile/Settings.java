package io.github.jettykeepalive.hostile;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.policy.KeepAliveHeaderMode;
import java.util.Random;

/**
 * A server as an operator might set it up. No wait is longer than a few seconds, so that whoever waits longer waits for ever.
 */
record Settings(
        int maxRequests,
        long keepAliveTimeout,
        long requestHeaderTimeout,
        boolean lingering,
        long lingerMaxBytes,
        int maxLingering,
        boolean statusLine10,
        boolean http10KeepAlive,
        boolean honorsClient,
        boolean abortWithReset,
        long clientClosesFirst,
        int maxConnections,
        int maxConnectionsPerClient,
        long maxAge,
        KeepAliveHeaderMode header,
        String closeOnStatus) {

    /** Jetty's own timer, for all that has no other. */
    static final long IDLE_TIMEOUT = 2500;

    static Settings random(Random random) {
        return new Settings(
                pick(random, 0, 1, 2, 3, 1000),
                pick(random, -1, 0, 1500),
                pick(random, 0, 1500),
                random.nextInt(4) > 0,
                pick(random, 0, 0, 1000),
                pick(random, 10_000, 10_000, 2),
                random.nextBoolean(),
                random.nextInt(4) > 0,
                random.nextBoolean(),
                random.nextBoolean(),
                pick(random, 0, 0, 100),
                pick(random, 0, 0, 0, 3),
                pick(random, 0, 0, 0, 2),
                pick(random, 0, 0, 30),
                KeepAliveHeaderMode.values()[random.nextInt(3)],
                random.nextInt(4) > 0 ? "" : "204,400");
    }

    private static int pick(Random random, int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    void apply(KeepAliveConnectionFactory factory) {
        factory.setMaxRequests(maxRequests);
        factory.setKeepAliveTimeout(keepAliveTimeout);
        factory.setRequestHeaderTimeout(requestHeaderTimeout);
        factory.setLingeringClose(lingering);
        factory.setLingerTimeout(2000);
        factory.setLingerIdleTimeout(1000);
        factory.setLingerMaxBytes(lingerMaxBytes);
        factory.setMaxLingering(maxLingering);
        factory.setHttp10StatusLine(statusLine10);
        factory.setHttp10KeepAlive(http10KeepAlive);
        factory.setHonorClientKeepAlive(honorsClient);
        factory.setAbortWithReset(abortWithReset);
        factory.setClientClosesFirst(lingering ? clientClosesFirst : 0);
        factory.setMaxConnections(maxConnections);
        factory.setMaxConnectionsPerClient(maxConnectionsPerClient);
        factory.setMaxAge(maxAge);
        factory.setKeepAliveHeader(header);
        factory.setCloseOnStatus(closeOnStatus);
    }

    /** Whether a connection may be ended to make room, or refused. */
    boolean isTight() {
        return maxConnections > 0 || maxConnectionsPerClient > 0;
    }

    /** Whether an answer reaches a peer that goes on sending. */
    boolean lingersWell() {
        return lingering && lingerMaxBytes == 0 && maxLingering > 100;
    }
}
