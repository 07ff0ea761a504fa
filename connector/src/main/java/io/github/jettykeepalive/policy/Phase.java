package io.github.jettykeepalive.policy;

/** Where a connection is in its life. {@link #mayBecome} has the legal moves; all others are refused. */
public enum Phase {
    /** Accepted, no byte of a request yet. */
    NEW,
    /** The header of a request is arriving; the deadline is the request header timeout. */
    READING,
    /** A request is with the application; no deadline of ours. */
    HANDLING,
    /** Kept alive, no byte of the next request yet; the deadline is the keep-alive timeout. */
    IDLE,
    /** Somebody wants to end this wait, but the selector may just be handing over bytes: they win if they come first. */
    CLAIMED,
    /** The header took too long; only its end, if it comes before our answer, still counts. */
    OVERDUE,
    /** The last response is complete, or none is owed; nothing more is served, and our FIN is on its way or due. */
    CLOSING,
    /** Waiting for the peer to close first, so that TIME_WAIT stays on its side. */
    PARTING,
    /** Our FIN is sent; what still arrives is read and discarded until the peer's FIN. */
    LINGERING,
    /** Another protocol is spoken on the connection; we only wait for its end. */
    UPGRADED,
    /** Final. */
    CLOSED;

    private static final Phase[] VALUES = values();

    /** Whether a connection in this phase may become {@code next}. */
    public boolean mayBecome(Phase next) {
        return switch (this) {
            case NEW -> next == NEW || next == READING || next == HANDLING || next == CLAIMED || next.isEnd();
            case IDLE -> next == IDLE || next == READING || next == HANDLING || next == CLAIMED || next.isEnd();
            case READING -> next == READING || next == HANDLING || next == OVERDUE || next.isEnd();
            case HANDLING -> next == IDLE || next == READING || next.isEnd();
            case CLAIMED -> next == CLAIMED || next == READING || next == HANDLING || next.isEnd();
            case OVERDUE -> next == OVERDUE || next == HANDLING || next.isEnd();
            case CLOSING -> next == PARTING || next == LINGERING || next == CLOSED;
            case PARTING, LINGERING -> next == LINGERING || next == CLOSED;
            case UPGRADED -> next == CLOSING || next == CLOSED;
            case CLOSED -> false;
        };
    }

    private boolean isEnd() {
        return this == CLOSING || this == UPGRADED || this == CLOSED;
    }

    /** Whether nothing more is served on the connection, though its socket may still be open. */
    public boolean isEnding() {
        return this == CLOSING || this == PARTING || this == LINGERING || this == CLOSED;
    }

    /** Whether the connection is ours alone: for Jetty and the application it is as good as closed. */
    public boolean isTakenOver() {
        return this == PARTING || this == LINGERING;
    }

    /** Whether the peer owes us the first byte of a request. */
    public boolean isWaiting() {
        return this == NEW || this == IDLE;
    }

    static Phase at(int ordinal) {
        return VALUES[ordinal];
    }
}
