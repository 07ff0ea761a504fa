package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.ClientAction;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionOptions;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A request on a managed connection: what its header says about the connection, and the attributes that applications read.
 *
 * <p>As a callback, it learns whether the last byte of the response got through; one object the fewer for each request.
 */
final class ManagedRequest extends Request.Wrapper implements Function<HttpStream, HttpStream>, Callback {
    final ManagedConnection connection;

    /** In force when the request began, and for all of its exchange: what a response promises, no later change takes back. */
    final Rules rules;

    private Callback lastSend = Callback.NOOP;

    ManagedRequest(Request wrapped, ManagedConnection connection) {
        super(wrapped);
        this.connection = connection;
        rules = connection.manager.rules();
        head().read(wrapped, rules);
        if (rules.policy.honorClientKeepAlive()) {
            connection.tenure.honor(head().keepAlive());
        }
    }

    /** The interim response of RFC 9110 section 15.2.1. */
    static final MetaData.Response CONTINUE =
            new MetaData.Response(HttpStatus.CONTINUE_100, null, HttpVersion.HTTP_1_1, HttpFields.EMPTY);

    private RequestHead head() {
        return connection.head;
    }

    /** Makes the stream on which the response is sent. */
    @Override
    public HttpStream apply(HttpStream stream) {
        return new CommitStream(stream, this);
    }

    /** Refuses what must not be served, by an exception that Jetty answers. */
    void verify() {
        if (isFaulty()) {
            throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, "Transfer-Encoding in HTTP/1.0");
        }
    }

    /** RFC 9112 section 6.1: a Transfer-Encoding in an HTTP/1.0 message means that its framing cannot be trusted. */
    boolean isFaulty() {
        return head().isHttp10() && head().hasTransferEncoding();
    }

    /** Whether this is to be answered as HTTP/1.0 requests are. */
    boolean isHttp10() {
        return head().isFramedAsHttp10();
    }

    /** The version whose framing the response has: never chunked if a rule takes the client for an HTTP/1.0 one. */
    HttpVersion framing(HttpVersion version) {
        return version == HttpVersion.HTTP_1_1 && isHttp10() && !head().isHttp10() ? HttpVersion.HTTP_1_0 : version;
    }

    /** Whether the status line is to say HTTP/1.0. */
    boolean seesItsVersion() {
        return has(ClientAction.FORCE_RESPONSE_1_0)
                || (head().isHttp10() && rules.policy.http10().statusLine());
    }

    boolean has(ClientAction action) {
        return head().has(action);
    }

    ConnectionOptions options() {
        return head().options();
    }

    boolean isRelayed() {
        return head().isRelayed();
    }

    boolean hasContent() {
        return head().hasTransferEncoding() || getLength() > 0;
    }

    boolean expectsContinue() {
        return head().expectsContinue();
    }

    /** How long the client itself would have the connection kept, in milliseconds, {@link Long#MAX_VALUE} if it says nothing. */
    long clientMillis() {
        // Zero is sent by clients that mean "unspecified"; those that mean "close" say so.
        int timeout = head().keepAlive().timeout();
        return timeout > 0 ? timeout * 1000L : Long.MAX_VALUE;
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return isOurs(name) ? attribute(name) : super.getAttribute(name);
    }

    /** Jetty's own request takes null for a name that nobody has set. */
    private static boolean isOurs(@Nullable String name) {
        return name != null && name.startsWith(KeepAliveAttributes.PREFIX);
    }

    @Override
    public @Nullable Object setAttribute(String name, @Nullable Object value) {
        if (isOurs(name)) {
            head().asked();
        }
        return super.setAttribute(name, value);
    }

    private @Nullable Object attribute(String name) {
        Tenure tenure = connection.tenure;
        return switch (name) {
            case KeepAliveAttributes.CONNECTION_ID -> Long.toString(tenure.id);
            case KeepAliveAttributes.REQUEST_NUMBER -> tenure.served();
            case KeepAliveAttributes.REQUESTS_LEFT -> requestsLeft(tenure);
            case KeepAliveAttributes.AGE -> tenure.age(connection.manager.now());
            case KeepAliveAttributes.CLOSE_REASON -> {
                CloseReason reason = tenure.closeReason();
                yield reason == null ? null : reason.key();
            }
            default -> super.getAttribute(name);
        };
    }

    private @Nullable Integer requestsLeft(Tenure tenure) {
        int max = maxRequests();
        return max == 0 ? null : Math.max(0, max - tenure.served());
    }

    /** Requests allowed on the connection, as the policy, the client and the application have it; 0 = no limit. */
    int maxRequests() {
        int max = connection.tenure.maxRequests(rules.policy.maxRequests());
        int own = head().isAsked() ? KeepAliveAttributes.number(getWrapped(), KeepAliveAttributes.MAX_REQUESTS, 0) : 0;
        return own <= 0 ? max : max == 0 ? own : Math.min(max, own);
    }

    /** The wait after this response, as the policy, the client and the application have it, in milliseconds. */
    long keepAliveMillis() {
        long idleTimeout = idleTimeout();
        long millis = rules.keepAliveMillis(idleTimeout);
        if (connection.tenure.isTightened(idleTimeout)) {
            // Then Jetty's idle timer ends the wait, whatever was set here: see ReadGate.
            millis = Math.min(millis, idleTimeout);
        }
        if (rules.policy.honorClientKeepAlive()) {
            millis = Math.min(millis, clientMillis());
        }
        if (!head().isAsked()) {
            return millis;
        }
        long own = KeepAliveAttributes.millis(getWrapped(), KeepAliveAttributes.KEEP_ALIVE_TIMEOUT, Long.MAX_VALUE);
        return Math.min(millis, Math.max(0, own));
    }

    /**
     * The idle timeout that will be in force after the response, in milliseconds, 0 or less = none: the end point's own, which an
     * application may have changed, unless Jetty has changed it for the time of the request and will take that back: not so if it has
     * set none, by 0.
     */
    long idleTimeout() {
        long before = connection.tenure.idleTimeoutBefore;
        long forTheRequest = getConnectionMetaData().getHttpConfiguration().getIdleTimeout();
        return forTheRequest > 0 && forTheRequest != before ? before : connection.endPoint.getIdleTimeout();
    }

    /** Whether the application asked for the close by attribute. */
    boolean closeAsked() {
        return head().isAsked() && Boolean.TRUE.equals(getWrapped().getAttribute(KeepAliveAttributes.CLOSE));
    }

    /** What to give to the last send in place of its callback. */
    Callback lastSend(Callback callback) {
        lastSend = callback;
        return this;
    }

    @Override
    public void succeeded() {
        connection.tenure.answered();
        lastSend.succeeded();
    }

    @Override
    public void failed(Throwable failure) {
        lastSend.failed(failure);
    }

    @Override
    public InvocationType getInvocationType() {
        return lastSend.getInvocationType();
    }
}
