package io.github.jettykeepalive.enforce;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.TunnelSupport;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** A stream that hands every call to another: as {@code HttpStream.Wrapper}, but what that keeps final can be changed. */
abstract class ForwardingStream implements HttpStream {
    private final HttpStream stream;

    ForwardingStream(HttpStream stream) {
        this.stream = stream;
    }

    final HttpStream wrapped() {
        return stream;
    }

    @Override
    public String getId() {
        return stream.getId();
    }

    @Override
    public Content.@Nullable Chunk read() {
        return stream.read();
    }

    @Override
    public void demand() {
        stream.demand();
    }

    @Override
    public void prepareResponse(HttpFields.Mutable headers) {
        stream.prepareResponse(headers);
    }

    @Override
    public void send(
            MetaData.Request request,
            MetaData.@Nullable Response response,
            boolean last,
            @Nullable ByteBuffer content,
            Callback callback) {
        stream.send(request, response, last, content, callback);
    }

    /** New in Jetty 12.1, so never called by 12.0. */
    @Override
    public Runnable cancelSend(Throwable cause, Callback appCallback) {
        return stream.cancelSend(cause, appCallback);
    }

    @Override
    public void push(MetaData.Request resource) {
        stream.push(resource);
    }

    @Override
    public long getIdleTimeout() {
        return stream.getIdleTimeout();
    }

    @Override
    public void setIdleTimeout(long idleTimeoutMs) {
        stream.setIdleTimeout(idleTimeoutMs);
    }

    @Override
    public boolean isCommitted() {
        return stream.isCommitted();
    }

    @Override
    public @Nullable TunnelSupport getTunnelSupport() {
        return stream.getTunnelSupport();
    }

    @Override
    public @Nullable Throwable consumeAvailable() {
        return stream.consumeAvailable();
    }

    @Override
    public void succeeded() {
        stream.succeeded();
    }

    @Override
    public void failed(Throwable x) {
        stream.failed(x);
    }

    @Override
    public InvocationType getInvocationType() {
        return stream.getInvocationType();
    }
}
