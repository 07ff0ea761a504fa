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
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one exchange. {@link #send} is the commit point: the last word on {@code Connection} and {@code Keep-Alive},
 * after the application, after {@code Response.reset()} and after the error handler.
 */
final class CommitStream extends HttpStream.Wrapper implements Exchange {
    private final ManagedRequest request;
    private final ManagedConnection connection;
    private final UnreadContent unread;
    private HttpFields.@Nullable Mutable fields;
    private int status;
    private ConnectionOptions responseOptions = ConnectionOptions.NONE;
    private boolean selfDelimited;
    private boolean bodyLeft;
    private boolean answered;

    CommitStream(HttpStream wrapped, ManagedRequest request) {
        super(wrapped);
        this.request = request;
        this.connection = request.connection;
        this.unread =
                new UnreadContent(wrapped, request.hasContent(), request.expectsContinue() && !request.isHttp10());
    }

    @Override
    public Content.@Nullable Chunk read() {
        return unread.read();
    }

    @Override
    public void demand() {
        unread.touched();
        super.demand();
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
        if (response != null && HttpStatus.isInterim(response.getStatus())) {
            unread.continued();
        } else if (response != null) {
            commit(metaData, response, last);
        }
        super.send(metaData, response, last, content, last ? new LastSend(callback) : callback);
    }

    private void commit(MetaData.Request metaData, MetaData.Response response, boolean last) {
        HttpFields.Mutable headers = Objects.requireNonNull(fields);
        status = response.getStatus();
        if (status == HttpStatus.SWITCHING_PROTOCOLS_101 || MetaData.isTunnel(metaData.getMethod(), status)) {
            return;
        }
        boolean noContent = status == HttpStatus.NO_CONTENT_204 || status == HttpStatus.NOT_MODIFIED_304;
        boolean lengthKnown = last || noContent || headers.contains(HttpHeader.CONTENT_LENGTH);
        selfDelimited = lengthKnown || !request.isHttp10();
        bodyLeft = (last && unread.isLeft()) || unread.isContinueOwed();
        responseOptions = ConnectionFields.options(headers);

        Verdict verdict = connection.manager.rules().persistence.decide(this);
        connection.tenure.commit(verdict, selfDelimited);
        if (verdict.keeps()) {
            ConnectionFields.keep(headers, request.isHttp10(), announcement());
        } else {
            ConnectionFields.close(headers);
            if (!lengthKnown && !request.isHttp10() && !HttpMethod.HEAD.is(metaData.getMethod())) {
                ConnectionFields.chunk(headers);
            }
        }
    }

    private @Nullable HttpField announcement() {
        Rules rules = connection.manager.rules();
        KeepAliveHeader header = rules.announcement.announce(this);
        return header.isEmpty() ? null : rules.field(header);
    }

    @Override
    public void succeeded() {
        unread.release();
        if (connection.tenure.isCommitted()) {
            CloseReason reason = connection.tenure.closeReason();
            if (reason == null) {
                connection.keep(deadline());
            } else {
                connection.end(reason);
            }
        }
        super.succeeded();
    }

    /** Jetty's own idle timer serves where nothing shorter was asked for. */
    private long deadline() {
        long millis = request.keepAliveMillis();
        boolean jettys = connection.manager.rules().policy.keepAliveTimeout().isNegative()
                && millis >= connection.tenure.connectorIdleTimeout;
        return jettys ? NO_DEADLINE : millis;
    }

    @Override
    public void failed(Throwable failure) {
        unread.release();
        if (answered) {
            // The response is complete, what failed is the rest of the request: this is an end, not an abort.
            CloseReason reason = connection.tenure.closeReason();
            connection.end(reason == null ? CloseReason.BODY_LEFT : reason);
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
        return selfDelimited;
    }

    @Override
    public boolean persistent() {
        return request.getConnectionMetaData().isPersistent() && !connection.connector.isShutdown();
    }

    @Override
    public boolean closeAsked() {
        return request.closeAsked();
    }

    @Override
    public boolean draining() {
        return connection.manager.isDraining() || connection.connector.isShutdown();
    }

    @Override
    public boolean shed() {
        return false;
    }

    @Override
    public int served() {
        return connection.tenure.served();
    }

    @Override
    public int maxRequests() {
        return request.maxRequests();
    }

    @Override
    public boolean overAge() {
        return connection.tenure.overAge(connection.manager.now());
    }

    @Override
    public long keepAliveMillis() {
        return request.keepAliveMillis();
    }

    /** Learns whether the last byte of the response got through. */
    private final class LastSend extends Callback.Nested {
        LastSend(Callback callback) {
            super(callback);
        }

        @Override
        public void succeeded() {
            answered = true;
            super.succeeded();
        }
    }
}
