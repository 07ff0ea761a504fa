package io.github.jettykeepalive.policy;

/**
 * What is known about a request, its response and its connection at the moment the response's header is about to be
 * sent. An interface, so that the connection's own objects can answer and nothing is copied on the path of a request.
 */
public interface Exchange {
    /** Whether the request is to be treated as HTTP/1.0: it says so, or httpd's {@code downgrade-1.0} does (RFC 9110 section 2.5). */
    boolean http10();

    /** The request's connection options (RFC 9110 section 7.6.1). */
    ConnectionOptions requestOptions();

    /** Whether the request came through a relay: it has {@code Via} or {@code Proxy-Connection} (RFC 9112 appendix C.2.2). */
    boolean relayed();

    /** Whether the request has faulty framing and was answered with an error (RFC 9112 sections 6.1 and 6.3). */
    boolean faulty();

    /** Whether a rule for this client forbids keep-alive (httpd {@code nokeepalive}). */
    boolean ruledOut();

    /** Whether request content is still to come that the application will not read (RFC 9112 section 9.3). */
    boolean bodyLeft();

    /** The response's status, 200 to 999. */
    int status();

    /** The connection options that the application set on the response (RFC 9112 section 9.6). */
    ConnectionOptions responseOptions();

    /** Whether the response marks its own end: by its length, by chunked coding, or by having no content (RFC 9112 section 6.3). */
    boolean selfDelimited();

    /** Whether Jetty would keep the connection. */
    boolean persistent();

    /** Whether the application asked for the close by request attribute. */
    boolean closeAsked();

    /** Whether the connection was to make room for others when this request came. */
    default boolean shed() {
        return false;
    }

    /** Whether the server is being drained. */
    boolean draining();

    /** Requests on this connection so far, this one included. */
    int served();

    /** Requests allowed on this connection, 0 = no limit (nginx {@code keepalive_requests}). */
    int maxRequests();

    /** Whether the connection is older than it may be (nginx {@code keepalive_time}). */
    boolean overAge();

    /** How long the connection would wait for the next request, in milliseconds (RFC 9112 section 9.5). */
    long keepAliveMillis();
}
