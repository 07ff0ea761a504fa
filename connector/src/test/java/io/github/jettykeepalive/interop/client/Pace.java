package io.github.jettykeepalive.interop.client;

/** How long a worker's connection is left alone from time to time, and what is to be learned from that. */
enum Pace {
    /** Never as long as was announced: nothing may fail. */
    BELOW,
    /** From half to one and a half times the real timeout: here a client that does not heed the announcement races. */
    AROUND,
    /** For longer than was announced, at a server that does not enforce it: does the client? */
    PAST_ANNOUNCED,
    /** Not at all, at a server that lets more requests follow than it announced. */
    NONE
}
