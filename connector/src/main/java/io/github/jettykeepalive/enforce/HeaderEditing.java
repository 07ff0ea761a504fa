package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.Phase;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Knows which write of a connection begins a response that needs a {@link HeaderEdit}. Used by whoever writes, one at a time.
 */
final class HeaderEditing {
    private final ManagedConnection connection;
    private @Nullable HeaderEdit next;
    private boolean errorAnswered;

    HeaderEditing(ManagedConnection connection) {
        this.connection = connection;
    }

    /**
     * The next write begins a response that needs this, if there is one: a send that fails before it writes leaves nothing behind
     * for the response that comes in its place.
     *
     * @return to be called when the response's header has been sent, or has not
     */
    Callback next(HeaderEdit edit, Callback sent) {
        next = edit;
        return Callback.from(
                sent.getInvocationType(),
                () -> {
                    next = null;
                    sent.succeeded();
                },
                failure -> {
                    next = null;
                    sent.failed(failure);
                });
    }

    /** What to write in place of {@code buffers}. */
    ByteBuffer[] edit(Phase phase, ByteBuffer[] buffers) {
        HeaderEdit edit = next;
        if (edit != null) {
            next = null;
            return edit.apply(buffers);
        }
        // It is written by another thread than the one that reads, which may have met the peer's FIN since, and even be
        // about to close the socket.
        boolean jettysOwnError =
                phase == Phase.READING || phase == Phase.OVERDUE || phase == Phase.CLOSING || phase == Phase.CLOSED;
        if (!jettysOwnError || errorAnswered || HeaderEdit.isInterim(buffers[0])) {
            // An upgrade that needs no request, such as h2c, is answered by a 101 from here, too.
            return buffers;
        }
        errorAnswered = true;
        // In this order: the edits know a header by the version that Jetty gives it.
        ByteBuffer[] edited = HeaderEdit.CLOSE.apply(buffers);
        return isHttp10() ? HeaderEdit.HTTP_1_0.apply(edited) : edited;
    }

    /** Whether a client whose request has not got through is to see HTTP/1.0, as far as its version is known. */
    boolean isHttp10() {
        return connection.manager.rules().policy.http10().statusLine()
                && connection.endPoint.getConnection() instanceof ConnectionMetaData jetty
                && jetty.getHttpVersion() == HttpVersion.HTTP_1_0;
    }
}
