package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/**
 * A response that was decided before the request's body had arrived. It is sent before the rest of that body is
 * discarded where the container allows it, and after it where not.
 *
 * <p>Before is better: a client that looks for early answers can stop sending. But then it must see the end of the
 * response too, or it would wait for that while we wait for the rest of its body. And Tomcat closes the request's body
 * together with the response, or even when as much was written as {@code Content-Length} says (Tomcat 11): whatever is
 * complete there is too late to be protected.
 */
final class EarlyAnswer {
    private final Measurement measurement;
    private final HeldErrorResponse error;
    private final boolean first;

    private EarlyAnswer(Measurement measurement, HeldErrorResponse error, boolean first) {
        this.measurement = measurement;
        this.error = error;
        this.first = first;
    }

    static EarlyAnswer of(HttpServletRequest request, Measurement measurement, HeldErrorResponse error) {
        return new EarlyAnswer(measurement, error, !Tomcat.serves(request));
    }

    /**
     * Sends the answer, if it is one to be sent now.
     *
     * @return whether it is safe, on its way or with us, while the rest of the request is read
     */
    boolean sendFirst() throws IOException {
        if (error.holdsError() || error.hasSentError()) {
            return error.holdsError();
        }
        return first ? sendComplete() : !isOutOfOurHands();
    }

    private boolean sendComplete() throws IOException {
        MeasuredResponse response = measurement.response();
        boolean empty = measurement.body().isEmpty();
        response.finish();
        if (empty && MeasuredBody.mayHaveBody(response)) {
            response.setContentLength(0);
        }
        if (response.containsHeader("Content-Length")) {
            response.flushBuffer();
            return true;
        }
        return !measurement.body().isStreaming();
    }

    private boolean isOutOfOurHands() {
        MeasuredBody body = measurement.body();
        return body.isStreaming() || (body.hasPassed() && measurement.response().containsHeader("Content-Length"));
    }

    /**
     * Whether something is left of the body that we may read. To read what the client has not sent, because it expects
     * to be asked for it, would be to ask, as long as it has no answer.
     */
    boolean mayAskForBody(TrackedRequest request) throws IOException {
        return (measurement.response().isCommitted() || !request.isUnasked()) && request.hasUnread();
    }

    /** Sends what is still to be sent; the request may end. */
    void sendRest() throws IOException {
        if (error.holdsError()) {
            error.sendHeldError();
        } else {
            measurement.response().finish();
        }
    }
}
