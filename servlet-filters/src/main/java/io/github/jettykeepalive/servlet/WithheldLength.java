package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletResponse;

/**
 * The {@code Content-Length} of a refusal while it is kept from Tomcat 11, which closes the response, and with it the
 * request's content, as soon as as many bytes have been written to its stream. So a refusal is written without a length,
 * and gets it back before anything could show that it was away; when all bytes are written, the close is held. A body
 * that does not fit the buffer would be sent without its length, so it is left alone. Tomcat does not count what a writer
 * writes.
 */
final class WithheldLength {
    private static final long NONE = -1;

    private final HeldResponse response;
    private final boolean closesWhenReached;
    private long withheld = NONE;
    private boolean unchecked = true;

    /** Bytes that went to the stream, which Tomcat 11 counts too. */
    private long written;

    /** @param closesWhenReached whether this is a container that does so, or else nothing is done here */
    WithheldLength(HeldResponse response, boolean closesWhenReached) {
        this.response = response;
        this.closesWhenReached = closesWhenReached;
    }

    /** To be called before a write to the stream, while a call could still be held. */
    void beforeWrite(int bytes) {
        if (!closesWhenReached) {
            return;
        }
        written += bytes;
        if (unchecked) {
            unchecked = false;
            withhold();
        }
        if (isWithheld() && written > response.getBufferSize()) {
            restore();
        }
    }

    private void withhold() {
        HttpServletResponse container = response.container();
        int status = container.getStatus();
        if (!HeldResponse.isRefusal(status)) {
            return;
        }
        long length = announced(container);
        if (length != NONE
                && length <= container.getBufferSize()
                && !container.isCommitted()
                && response.mayHold(status)) {
            container.setContentLengthLong(NONE);
            // It is still there while a resource is included, which cannot change it.
            withheld = announced(container) == NONE ? length : NONE;
        }
    }

    private static long announced(HttpServletResponse container) {
        String length = container.containsHeader("Content-Length") ? container.getHeader("Content-Length") : null;
        return length == null ? NONE : Long.parseLong(length);
    }

    boolean isWithheld() {
        return withheld != NONE;
    }

    /** Whether a refusal has as many bytes as it announces, or would without this. */
    boolean isReached() {
        HttpServletResponse container = response.container();
        if (!closesWhenReached || !HeldResponse.isRefusal(container.getStatus())) {
            return false;
        }
        long length = isWithheld() ? withheld : announced(container);
        return length != NONE && written >= length;
    }

    /** The container gets the length again, if it is withheld. */
    void restore() {
        long length = withheld;
        withheld = NONE;
        if (length != NONE) {
            response.container().setContentLengthLong(length);
            unchecked = true;
        }
    }

    /** The application may set a length or a status now: the next write looks at them again. */
    void mayHaveChanged() {
        unchecked = true;
    }

    /** What was written has been dropped. */
    void startAgain() {
        written = 0;
    }
}
