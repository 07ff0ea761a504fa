package io.github.jettykeepalive.policy;

import org.jspecify.annotations.Nullable;

/**
 * The rule: whether a connection persists after a response, asked once for every final response.
 *
 * <p>The connection closes if any of these holds; the first is the reason:
 *
 * <ol>
 *   <li>the request's framing is faulty (RFC 9112 sections 6.1 and 6.3);
 *   <li>the request says {@code close} (RFC 9112 section 9.6);
 *   <li>the request is HTTP/1.0 and does not ask for keep-alive, or came through a relay, or the handshake is off (RFC
 *       9112 section 9.3 and appendix C.2.2);
 *   <li>a rule for this client forbids keep-alive (httpd {@code nokeepalive});
 *   <li>the application asks for it, by field or by attribute;
 *   <li>the status is one that ends connections;
 *   <li>request content is left unread and has not arrived (RFC 9112 section 9.3);
 *   <li>only the close can mark the end of the response (RFC 9112 section 6.3, rule 8);
 *   <li>the server is draining, or the connection was to make room for others;
 *   <li>this was the last request allowed, or the connection is too old, or may not wait at all;
 *   <li>Jetty has decided so for a reason of its own.
 * </ol>
 */
public final class Persistence {
    private final Http10Policy http10;
    private final StatusSet closeOnStatus;

    /** The rule under a policy; stateless, one serves all connections. */
    public Persistence(KeepAlivePolicy policy) {
        http10 = policy.http10();
        closeOnStatus = policy.closeOnStatus();
    }

    /** Decides. Any thread; no side effect. */
    public Verdict decide(Exchange exchange) {
        CloseReason reason = byMessage(exchange);
        if (reason == null) {
            reason = byConnection(exchange);
        }
        return reason == null ? Verdict.KEEP : Verdict.close(reason);
    }

    private @Nullable CloseReason byMessage(Exchange exchange) {
        if (exchange.faulty()) {
            return CloseReason.PROTOCOL_ERROR;
        }
        if (exchange.requestOptions().close()) {
            return CloseReason.CLIENT;
        }
        if (exchange.http10() && !handshake(exchange)) {
            return CloseReason.HTTP_1_0;
        }
        if (exchange.ruledOut()) {
            return CloseReason.CLIENT_RULE;
        }
        if (exchange.responseOptions().close() || exchange.closeAsked()) {
            return CloseReason.APPLICATION;
        }
        if (closeOnStatus.contains(exchange.status())) {
            return CloseReason.STATUS;
        }
        if (exchange.bodyLeft()) {
            return CloseReason.BODY_LEFT;
        }
        return exchange.selfDelimited() ? null : CloseReason.UNFRAMED;
    }

    private static @Nullable CloseReason byConnection(Exchange exchange) {
        if (exchange.draining()) {
            return CloseReason.DRAIN;
        }
        if (exchange.shed()) {
            return CloseReason.SHED;
        }
        if (exchange.maxRequests() > 0 && exchange.served() >= exchange.maxRequests()) {
            return CloseReason.MAX_REQUESTS;
        }
        if (exchange.overAge()) {
            return CloseReason.MAX_AGE;
        }
        if (exchange.keepAliveMillis() == 0) {
            return CloseReason.IDLE;
        }
        return exchange.persistent() ? null : CloseReason.APPLICATION;
    }

    /** The HTTP/1.0 handshake, RFC 9112 appendix C.2.2: asked for by the client itself, not through a relay. */
    private boolean handshake(Exchange exchange) {
        return http10.keepAlive()
                && exchange.requestOptions().keepAlive()
                && !(http10.relayGuard() && exchange.relayed());
    }
}
