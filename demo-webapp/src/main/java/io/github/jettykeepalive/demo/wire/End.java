package io.github.jettykeepalive.demo.wire;

/** How a connection ended, as its client sees it. */
public enum End {
    /** It has not. */
    OPEN,
    /** In order. */
    FIN,
    /** A reset: whatever was on its way is lost. */
    RESET,
    /** Nothing came for as long as the client would wait. */
    SILENCE
}
