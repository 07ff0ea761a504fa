package io.github.jettykeepalive.testing;

/** How the peer's side of a connection ended, or did not. */
public enum End {
    /** An orderly end: the TCP FIN arrived, over TLS after the {@code close_notify}, if there was one. */
    FIN,
    /** The peer threw the connection away: a TCP RST arrived. */
    RESET,
    /** Nothing more came in the time allowed; the connection may still be open. */
    TIMEOUT
}
