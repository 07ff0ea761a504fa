package io.github.jettykeepalive.lifecycle;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An application that does what its path says. A response that is held keeps no thread: the test finishes it, on its own
 * thread, when it has come to that.
 */
final class Desk extends Handler.Abstract {
    /** Answered at once. */
    static final String HELLO = "/";
    /** Not answered before {@link Held#finish}. */
    static final String HOLD = "/hold";
    /** The first bytes of the response are sent, the others by {@link Held#finish}. */
    static final String HALF = "/half";
    /** 413, and nothing of the request's content is read. */
    static final String REFUSE = "/refuse";

    private static final String BODY = "hello";
    private static final int FIRST = 2;

    private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();

    /** A response that is not complete yet. */
    record Held(Response response, Callback callback, String rest) {
        /** Completes the response; of a connection that is gone, the failure is the callback's. */
        void finish() {
            Content.Sink.write(response, true, rest, callback);
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        switch (Request.getPathInContext(request)) {
            case HOLD -> held.add(new Held(response, callback, BODY));
            case HALF ->
                response.write(
                        false,
                        ByteBuffer.wrap(BODY.substring(0, FIRST).getBytes(US_ASCII)),
                        Callback.from(
                                () -> held.add(new Held(response, callback, BODY.substring(FIRST))), callback::failed));
            case REFUSE -> Response.writeError(request, response, callback, 413);
            default -> Content.Sink.write(response, true, BODY, callback);
        }
        return true;
    }

    boolean isHolding() {
        return !held.isEmpty();
    }

    /** Waits for the next response that is held. */
    Held next() throws InterruptedException {
        Held next = held.poll(Site.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("no request has come to be held");
        }
        return next;
    }
}
