package io.github.jettykeepalive.policy;

/**
 * What is known about a request, its response and its connection at the moment the response's header is about to be
 * sent. An interface, so that the connection's own objects can answer and nothing is copied on the path of a request.
 */
public interface Exchange {
    /** Whether the request is to be treated as HTTP/1.0. */
    boolean http10();

    /** The request's connection options. */
    ConnectionOptions requestOptions();

    /** Whether the request came through a relay: it has {@code Via} or {@code Proxy-Connection}. */
    boolean relayed();

    /** Whether the request has faulty framing and was answered with an error. */
    boolean faulty();

    /** Whether a rule for this client forbids keep-alive. */
    boolean ruledOut();

    /** Whether request content is still to come that the application will not read. */
    boolean bodyLeft();

    /** The response's status, 200 to 999. */
    int status();

    /** The connection options that the application set on the response. */
    ConnectionOptions responseOptions();

    /** Whether the response marks its own end: by its length, by chunked coding, or by having no content. */
    boolean selfDelimited();

    /** Whether Jetty would keep the connection. */
    boolean persistent();

    /** Whether the application asked for the close by request attribute. */
    boolean closeAsked();

    /** Whether the server is being drained. */
    boolean draining();

    /** Requests on this connection so far, this one included. */
    int served();

    /** Requests allowed on this connection, 0 = no limit. */
    int maxRequests();

    /** Whether the connection is older than it may be. */
    boolean overAge();

    /** How long the connection would wait for the next request, in milliseconds. */
    long keepAliveMillis();
}
