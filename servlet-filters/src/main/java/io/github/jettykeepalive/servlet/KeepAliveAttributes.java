package io.github.jettykeepalive.servlet;

import jakarta.servlet.ServletRequest;

/**
 * The request attributes by which an application and the Jetty Keep-Alive connector speak to each other.
 *
 * <p>Their values are JDK types only: the connector lives in the server's class loader, the application in its own, and
 * neither sees a class of the other. An attribute of the wrong type is ignored.
 *
 * <p>The first three are wishes. A filter, a servlet or an error page sets them at any time before the response is
 * committed; the connector reads them at commit, and they can only <em>shorten</em> the life of the connection, never
 * stretch it beyond the server's policy. The others are facts, which the connector sets before the application is
 * called; in a server without the connector they are absent (see {@link ConnectionInfoFilter} for what is left then).
 *
 * <p>Constants only; safe for any thread.
 */
public final class KeepAliveAttributes {
    /**
     * Wish, an {@link Integer} {@code >= 1}: how many requests this connection may serve in total. The request that
     * reaches the number is answered with {@code Connection: close}, so 1 closes at once.
     */
    public static final String MAX_REQUESTS = "io.github.jettykeepalive.maxRequests";

    /**
     * Wish, a {@link Long} {@code >= 0} in milliseconds: how long the connection may wait for its next request after
     * this response. 0 closes after this response.
     */
    public static final String KEEP_ALIVE_TIMEOUT = "io.github.jettykeepalive.keepAliveTimeout";

    /** Wish, {@link Boolean#TRUE}: the connection ends after this response (RFC 9112 section 9.6). */
    public static final String CLOSE = "io.github.jettykeepalive.close";

    /** Fact, a {@link String}: what identifies the connection in the server's logs. */
    public static final String CONNECTION_ID = "io.github.jettykeepalive.connectionId";

    /** Fact, an {@link Integer}: the ordinal number of this request on its connection; the first is 1. */
    public static final String REQUEST_NUMBER = "io.github.jettykeepalive.requestNumber";

    /** Fact, an {@link Integer} {@code >= 0}: further requests allowed after this one; absent if there is no limit. */
    public static final String REQUESTS_LEFT = "io.github.jettykeepalive.requestsLeft";

    /** Fact, a {@link Long} in milliseconds: the age of the connection when this request began. */
    public static final String AGE = "io.github.jettykeepalive.age";

    /** Fact, a {@link String}: why the connection will end; set once the response is committed, absent if it stays. */
    public static final String CLOSE_REASON = "io.github.jettykeepalive.closeReason";

    private KeepAliveAttributes() {}

    /**
     * Whether the connector serves this request. It alone numbers requests; a connection id is no proof, as
     * {@link ConnectionInfoFilter} finds one without it.
     */
    static boolean connectorServes(ServletRequest request) {
        return request.getAttribute(REQUEST_NUMBER) instanceof Integer;
    }
}
