package io.github.jettykeepalive.enforce;

import org.eclipse.jetty.server.Request;

/**
 * The request attributes by which applications and the servlet filters talk with the connector. Their values are JDK types,
 * because a web application's classes are not the server's.
 */
public final class KeepAliveAttributes {
    /** Set by the application, {@link Integer}, at least 1: requests this connection may serve; can only tighten. */
    public static final String MAX_REQUESTS = "io.github.jettykeepalive.maxRequests";

    /** Set by the application, {@link Long} milliseconds, at least 0: the wait after this response; can only tighten. */
    public static final String KEEP_ALIVE_TIMEOUT = "io.github.jettykeepalive.keepAliveTimeout";

    /** Set by the application, {@link Boolean#TRUE}: the connection closes after this response. */
    public static final String CLOSE = "io.github.jettykeepalive.close";

    /** Read by the application, {@link String}: names the connection in logs and counters. */
    public static final String CONNECTION_ID = "io.github.jettykeepalive.connectionId";

    /** Read by the application, {@link Integer}: this request's number on its connection, from 1. */
    public static final String REQUEST_NUMBER = "io.github.jettykeepalive.requestNumber";

    /** Read by the application, {@link Integer}: further requests allowed after this one; absent if there is no limit. */
    public static final String REQUESTS_LEFT = "io.github.jettykeepalive.requestsLeft";

    /** Read by the application, {@link Long}: the connection's age in milliseconds. */
    public static final String AGE = "io.github.jettykeepalive.age";

    /** Read by the application, {@link String}: why the connection closes, once the response has said so. */
    public static final String CLOSE_REASON = "io.github.jettykeepalive.closeReason";

    static final String PREFIX = "io.github.jettykeepalive.";

    private KeepAliveAttributes() {}

    static int number(Request request, String name, int absent) {
        return request.getAttribute(name) instanceof Number number ? number.intValue() : absent;
    }

    static long millis(Request request, String name, long absent) {
        return request.getAttribute(name) instanceof Number number ? number.longValue() : absent;
    }
}
