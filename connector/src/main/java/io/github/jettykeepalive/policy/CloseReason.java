package io.github.jettykeepalive.policy;

/**
 * Why a connection ends. Every connection has exactly one reason, the same in JMX counters, JFR events, the
 * {@code closeReason} request attribute and the log.
 */
public enum CloseReason {
    /** The request said {@code Connection: close} (RFC 9112 section 9.6). */
    CLIENT("client"),
    /** The application or the server's configuration asked for the close. */
    APPLICATION("application"),
    /** An HTTP/1.0 client that did not ask for keep-alive, or may not have it (RFC 9112 appendix C.2.2). */
    HTTP_1_0("http10"),
    /** Only the close can mark the end of this response to an HTTP/1.0 client (RFC 9112 section 6.3, rule 8). */
    UNFRAMED("unframed"),
    /** The response was complete while request content was still to come. */
    BODY_LEFT("bodyLeft"),
    /** The connection served as many requests as it may. */
    MAX_REQUESTS("maxRequests"),
    /** The connection is older than it may be. */
    MAX_AGE("maxAge"),
    /** No request came within the keep-alive timeout. */
    IDLE("idle"),
    /** A request's header took longer than it may; it was answered 408. */
    HEADER_TIMEOUT("headerTimeout"),
    /** The response's status is one that always ends the connection. */
    STATUS("status"),
    /** A rule for this User-Agent forbids keep-alive. */
    CLIENT_RULE("clientRule"),
    /** This client network has more connections open than it may; it was answered 503. */
    CLIENT_LIMIT("clientLimit"),
    /** An idle connection that made room for a new one. */
    SHED("shed"),
    /** The server is being drained. */
    DRAIN("drain"),
    /** What arrived is not valid HTTP/1.x; it was answered with an error. */
    PROTOCOL_ERROR("protocolError"),
    /** A response failed before its end. */
    ABORT("abort"),
    /** The connection now speaks another protocol and is no longer ours. */
    UPGRADE("upgrade"),
    /** The peer closed or reset the connection without having announced it. */
    PEER_GONE("peerGone"),
    /** The peer did not close within the bounds of lingering. */
    LINGER_EXPIRED("lingerExpired");

    private static final CloseReason[] VALUES = values();

    private final String key;

    CloseReason(String key) {
        this.key = key;
    }

    /** The reason as it is written in counters, attributes, events and logs, for instance {@code maxRequests}. */
    public String key() {
        return key;
    }

    static CloseReason at(int ordinal) {
        return VALUES[ordinal];
    }
}
