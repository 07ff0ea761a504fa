package io.github.jettykeepalive.enforce;

import static io.github.jettykeepalive.policy.ConnectionState.NO_DEADLINE;

import io.github.jettykeepalive.policy.ClientAction;
import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionOptions;
import io.github.jettykeepalive.policy.Exchange;
import io.github.jettykeepalive.policy.KeepAliveHeader;
import io.github.jettykeepalive.policy.Verdict;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.HttpChannel;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one exchange. {@link #send} is the commit point: the last word on {@code Connection} and {@code Keep-Alive},
 * after the application, after {@code Response.reset()} and after the error handler.
 */
final class CommitStream extends UnreadContent implements Exchange, CommittedFields.BeforeReading {
    private final ManagedRequest request;
    private HttpFields.@Nullable Mutable fields;

    /** Two bytes, because with four the object would take eight more, and there is one for each request. */
    private short status;

    private ConnectionOptions responseOptions = ConnectionOptions.NONE;
    private Framing framing = Framing.OWN_END;
    private boolean bodyLeft;

    /** What was decided, and perhaps announced, at the commit: how long the connection waits after this response. */
    private long keepAliveMillis;

    /** The same for the requests that it may serve in all. */
    private int maxRequests;

    CommitStream(HttpStream wrapped, ManagedRequest request) {
        super(wrapped, request.hasContent(), request.expectsContinue());
        this.request = request;
    }

    private ManagedConnection connection() {
        return request.connection;
    }

    /** Jetty offers the fields of the response for the last time before it reads them, on this thread, in {@link #send}. */
    @Override
    public void prepareResponse(HttpFields.Mutable headers) {
        super.prepareResponse(headers);
        fields = headers;
    }

    @Override
    public void send(
            MetaData.Request metaData,
            MetaData.@Nullable Response response,
            boolean last,
            @Nullable ByteBuffer content,
            Callback callback) {
        Callback sent = last ? request.lastSend(callback) : callback;
        if (response != null && HttpStatus.isInterim(response.getStatus())) {
            if (response.getStatus() == HttpStatus.CONTINUE_100) {
                continued();
            }
            if (request.isHttp10()) {
                sent = connection().editing().next(HeaderEdit.SWALLOW, sent);
            }
        } else if (response != null) {
            if (request.isHttp10() && request.expectsContinue() && isContinueOwed()) {
                settleExpectation(metaData, response, last, content, sent);
            } else {
                sendFinal(metaData, response, last, content, sent);
            }
            return;
        }
        super.send(metaData, response, last, content, sent);
    }

    /**
     * RFC 9110 section 10.1.1: an expectation in an HTTP/1.0 request is ignored. Jetty would close the connection because it
     * has not sent a 100, so it is made to believe that it has.
     */
    private void settleExpectation(
            MetaData.Request metaData,
            MetaData.Response response,
            boolean last,
            @Nullable ByteBuffer content,
            Callback sent) {
        Callback settled = Callback.from(
                () -> {
                    continued();
                    sendFinal(metaData, response, last, content, sent);
                },
                sent::failed);
        Callback swallowed = connection().editing().next(HeaderEdit.SWALLOW, settled);
        super.send(metaData, ManagedRequest.CONTINUE, false, null, swallowed);
    }

    private void sendFinal(
            MetaData.Request metaData,
            MetaData.Response response,
            boolean last,
            @Nullable ByteBuffer content,
            Callback callback) {
        HttpFields.Mutable headers = own(response.getHttpFields());
        fields = headers;
        HttpVersion version = request.framing(response.getHttpVersion());
        framing = Framing.of(version, response, headers, last);
        commit(metaData, response, headers, last);
        Callback sent = status == HttpStatus.SWITCHING_PROTOCOLS_101 && !last ? leavingHttp(callback) : callback;
        if (request.seesItsVersion()) {
            sent = connection().editing().next(HeaderEdit.HTTP_1_0, sent);
        }
        // Framed for its client, its fields quick to read.
        MetaData.Response answer = new MetaData.Response(
                response.getStatus(),
                response.getReason(),
                version,
                new CommittedFields(headers, this),
                response.getContentLength(),
                response.getTrailersSupplier());
        super.send(metaData, answer, last, content, sent);
    }

    /**
     * A 101 that is not the end of its response: the application speaks the other protocol itself, as content of the exchange. A
     * servlet's {@code HttpUpgradeHandler} does.
     */
    private Callback leavingHttp(Callback sent) {
        return Callback.from(
                sent.getInvocationType(),
                () -> {
                    connection().leaveHttp();
                    sent.succeeded();
                },
                sent::failed);
    }

    /** The fields of the response, to be changed: those that Jetty has offered, or what a stream of the application put in their place. */
    @SuppressWarnings("ReferenceEquality") // equal fields of another are not seen by whoever reads these
    private HttpFields.Mutable own(HttpFields shown) {
        HttpFields.Mutable offered = fields;
        boolean view = offered != null
                && shown instanceof HttpFields.Mutable.Wrapper wrapper
                && wrapper.getWrapped() == offered;
        return view ? Objects.requireNonNull(offered) : HttpFields.build(shown);
    }

    private void commit(
            MetaData.Request metaData, MetaData.Response response, HttpFields.Mutable headers, boolean last) {
        status = (short) response.getStatus();
        if (status == HttpStatus.SWITCHING_PROTOCOLS_101 || MetaData.isTunnel(metaData.getMethod(), status)) {
            return;
        }
        // What follows a CONNECT that gets no tunnel was meant for the tunnel, and is no request.
        bodyLeft = (last && isLeft())
                || (isContinueOwed() && !request.isHttp10())
                || HttpMethod.CONNECT.is(metaData.getMethod());
        responseOptions = hasHeader() ? ConnectionFields.options(headers) : ConnectionOptions.NONE;
        keepAliveMillis = request.keepAliveMillis();
        maxRequests = request.maxRequests();

        Verdict verdict = request.rules.persistence.decide(this);
        // The response to HEAD ends with its header, whatever becomes of the connection.
        connection().tenure.commit(verdict, framing.marksItsEnd() || (isHead() && hasHeader()));
        if (verdict.reason() == CloseReason.BODY_LEFT && !isContinueOwed()) {
            connection().tenure.mayReadOn();
        }
        if (verdict.keeps()) {
            ConnectionFields.keep(headers, request.isHttp10(), announcement());
        } else {
            close(headers);
        }
    }

    private void close(HttpFields.Mutable headers) {
        if (hasHeader()) {
            ConnectionFields.close(headers);
        }
        if (framing == Framing.CHUNKED_IF_KEPT && !isHead()) {
            ConnectionFields.chunk(headers);
        }
    }

    private boolean hasHeader() {
        return framing != Framing.NO_HEADER;
    }

    private boolean isHead() {
        return HttpMethod.HEAD.is(request.getMethod());
    }

    /**
     * Jetty begins to read the fields, on this thread, in {@link #send}. It has looked for a shutdown of the connector just before,
     * later than the commit did, and if it saw one, it says close whatever the fields say.
     */
    @Override
    public void aboutToBeRead() {
        Tenure tenure = connection().tenure;
        if (tenure.isCommitted()
                && tenure.closeReason() == null
                && connection().connector.isShutdown()) {
            HttpFields.Mutable headers = Objects.requireNonNull(fields);
            tenure.commit(Verdict.close(CloseReason.DRAIN), tenure.isSelfDelimited());
            ConnectionFields.options(headers);
            close(headers);
        }
    }

    @Override
    boolean isAwaited() {
        return connection().gate.isAwaited();
    }

    @Override
    HttpConfiguration configuration() {
        return request.getConnectionMetaData().getHttpConfiguration();
    }

    @Override
    void callForContent() {
        if (request.getComponents() instanceof HttpChannel channel) {
            Runnable onContent = channel.onContentAvailable();
            if (onContent != null) {
                onContent.run();
            }
        }
    }

    private @Nullable HttpField announcement() {
        KeepAliveHeader header = request.rules.announcement.announce(this);
        return header.isEmpty() ? null : request.rules.field(header);
    }

    @Override
    public void succeeded() {
        release();
        connection().exchangeOver();
        if (!isTakenOver()) {
            settle();
        }
        super.succeeded();
    }

    /** What becomes of a connection that no other protocol takes over. */
    private void settle() {
        Tenure tenure = connection().tenure;
        CloseReason reason = tenure.closeReason();
        if (reason != null) {
            connection().end(reason);
        } else if (leavesHttp()) {
            // What the client sends behind it is another protocol's, which nobody speaks.
            request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, new AbandonedConnection(connection()));
        } else {
            if (!tenure.isCommitted()) {
                // An interim response was the last, or the application wrote one past us: nothing has been promised.
                keepAliveMillis = request.keepAliveMillis();
            }
            connection().keep(deadline(), request.hasContent());
        }
    }

    /** Whether the response has announced another protocol: what becomes of the connection is not decided at its commit. */
    private boolean leavesHttp() {
        return status != 0 && !connection().tenure.isCommitted();
    }

    /** Whether the application has a connection for the protocol that follows; Jetty looks at the same place a moment later. */
    private boolean isTakenOver() {
        return request.getAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE) instanceof Connection;
    }

    /** Jetty's own idle timer serves where nothing shorter was asked for. */
    private long deadline() {
        boolean jettys =
                request.rules.jettysTimeout && keepAliveMillis >= request.rules.keepAliveMillis(request.idleTimeout());
        return jettys ? NO_DEADLINE : keepAliveMillis;
    }

    @Override
    public void failed(Throwable failure) {
        release();
        connection().exchangeOver();
        if (connection().tenure.isAnswered()) {
            // The response is complete: this is an end, not an abort. What failed is the rest of the request, or a stop
            // came in before the last callback.
            connection().end(connection().saidReason(CloseReason.BODY_LEFT));
        }
        super.failed(failure);
    }

    // --- what the rule asks

    @Override
    public boolean http10() {
        return request.isHttp10();
    }

    @Override
    public ConnectionOptions requestOptions() {
        return request.options();
    }

    @Override
    public boolean relayed() {
        return request.isRelayed();
    }

    @Override
    public boolean faulty() {
        return request.isFaulty();
    }

    @Override
    public boolean ruledOut() {
        return request.has(ClientAction.NO_KEEP_ALIVE);
    }

    @Override
    public boolean bodyLeft() {
        return bodyLeft;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public ConnectionOptions responseOptions() {
        return responseOptions;
    }

    @Override
    public boolean selfDelimited() {
        return framing.mayBeKept();
    }

    @Override
    public boolean persistent() {
        return request.getConnectionMetaData().isPersistent();
    }

    @Override
    public boolean closeAsked() {
        return request.closeAsked();
    }

    @Override
    public boolean draining() {
        return connection().manager.isDraining() || connection().connector.isShutdown();
    }

    @Override
    public boolean shed() {
        return connection().shed;
    }

    @Override
    public int served() {
        return connection().tenure.served();
    }

    @Override
    public int maxRequests() {
        return maxRequests;
    }

    @Override
    public boolean overAge() {
        Tenure tenure = connection().tenure;
        return tenure.mayAge() && tenure.overAge(connection().manager.now());
    }

    @Override
    public long keepAliveMillis() {
        return keepAliveMillis;
    }
}
