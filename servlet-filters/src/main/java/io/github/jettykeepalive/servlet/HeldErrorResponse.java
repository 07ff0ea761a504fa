package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds {@code sendError} back. The page is made by the container, after the filters have returned and with the request
 * at its end: there is no time between this answer and the close of the connection in which a filter could read.
 *
 * <p>As after a real {@code sendError} the response looks committed, so that nobody else answers.
 */
final class HeldErrorResponse extends HttpServletResponseWrapper {
    private final MeasuredBody body;
    private final BooleanSupplier worthHolding;
    private @Nullable Held error;
    private boolean sent;

    private record Held(int status, @Nullable String message) {}

    /** @param worthHolding asked at each {@code sendError} */
    HeldErrorResponse(MeasuredResponse response, BooleanSupplier worthHolding) {
        super(response);
        this.body = response.body();
        this.worthHolding = worthHolding;
    }

    boolean holdsError() {
        return error != null;
    }

    /** Whether an error was sent that was not worth holding: the container answers as soon as the filters return. */
    boolean hasSentError() {
        return sent;
    }

    /** Sends the error that is held, if there is one and the container still can. */
    void sendHeldError() throws IOException {
        Held held = error;
        error = null;
        if (held != null && !super.isCommitted()) {
            send(held.status, held.message);
        }
    }

    @Override
    public void sendError(int status) throws IOException {
        sendError(status, null);
    }

    @Override
    public void sendError(int status, @Nullable String message) throws IOException {
        if (!super.isCommitted() && error == null && worthHolding.getAsBoolean()) {
            super.resetBuffer();
            body.discard();
            error = new Held(status, message);
        } else {
            send(status, message);
        }
    }

    private void send(int status, @Nullable String message) throws IOException {
        sent = true;
        if (message == null) {
            super.sendError(status);
        } else {
            super.sendError(status, message);
        }
    }

    @Override
    public boolean isCommitted() {
        return error != null || super.isCommitted();
    }

    @Override
    public int getStatus() {
        Held held = error;
        return held == null ? super.getStatus() : held.status;
    }
}
