package io.github.jettykeepalive.policy;

/**
 * What HTTP/1.0 clients get.
 *
 * @param keepAlive whether the HTTP/1.0 keep-alive handshake is answered (RFC 9112 appendix C.2.2)
 * @param relayGuard whether a request that came through a relay ({@code Via}, {@code Proxy-Connection}) is refused
 *     keep-alive: a relay that copies {@code Connection} blindly would wait for our close for ever
 * @param statusLine whether an HTTP/1.0 client is answered with an {@code HTTP/1.0} status line, as Go and lighttpd do;
 *     RFC 9110 section 2.5 would have the server's own version
 */
public record Http10Policy(boolean keepAlive, boolean relayGuard, boolean statusLine) {
    /** Handshake and guard on, Jetty's own status line. */
    public static final Http10Policy DEFAULT = new Http10Policy(true, true, false);
}
