package io.github.jettykeepalive.oracle;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.handler.EventsHandler;
import org.eclipse.jetty.server.handler.StatisticsHandler;

/** Jetty's own observers around a program, one set for each run. */
final class Observed extends EventsHandler {
    private final Witness witness;
    private final StatisticsHandler statistics;

    static Observed around(Handler program, Witness witness) {
        return new Observed(new StatisticsHandler(program), witness);
    }

    private Observed(StatisticsHandler statistics, Witness witness) {
        super(statistics);
        this.statistics = statistics;
        this.witness = witness;
    }

    /** Notes what the statistics say when all is over. */
    void noteStatistics() {
        witness.add(
                "statistics",
                "requests %d, active %d, handling %d, failures %d, handling failures %d, responses %d %d %d %d %d, read %s, written %d"
                        .formatted(
                                statistics.getRequestTotal(),
                                statistics.getRequestsActive(),
                                statistics.getHandleActive(),
                                statistics.getFailures(),
                                statistics.getHandlingFailures(),
                                statistics.getResponses1xx(),
                                statistics.getResponses2xx(),
                                statistics.getResponses3xx(),
                                statistics.getResponses4xx(),
                                statistics.getResponses5xx(),
                                statistics.getBytesRead() == 0 ? "nothing" : "some",
                                statistics.getBytesWritten()));
    }

    private void note(Request request, String lane, String event) {
        witness.add("x" + Run.number(request) + ".events." + lane, event);
    }

    @Override
    protected void onBeforeHandling(Request request) {
        note(request, "handling", "before");
    }

    @Override
    protected void onAfterHandling(Request request, boolean handled, Throwable failure) {
        note(request, "handling", "after " + handled + failed(failure));
    }

    @Override
    protected void onRequestRead(Request request, Content.Chunk chunk) {
        if (chunk != null && (chunk.isLast() || Content.Chunk.isFailure(chunk))) {
            note(request, "read", Content.Chunk.isFailure(chunk) ? CoreExchange.failure(chunk) : "last");
        }
    }

    @Override
    protected void onResponseBegin(Request request, int status, HttpFields headers) {
        note(request, "response", "begins " + status);
    }

    @Override
    protected void onResponseWrite(Request request, boolean last, ByteBuffer content) {
        note(request, "write", (content == null ? 0 : content.remaining()) + (last ? " last" : ""));
    }

    @Override
    protected void onResponseWriteComplete(Request request, boolean last, ByteBuffer content, Throwable failure) {
        note(request, "write", "complete" + failed(failure));
    }

    @Override
    protected void onResponseTrailersComplete(Request request, HttpFields trailers) {
        note(request, "response", "trailers");
    }

    @Override
    protected void onComplete(Request request, int status, HttpFields headers, Throwable failure) {
        note(request, "response", "complete " + status + failed(failure));
    }

    private static String failed(Throwable failure) {
        return failure == null ? "" : " " + Text.failure(failure);
    }
}
