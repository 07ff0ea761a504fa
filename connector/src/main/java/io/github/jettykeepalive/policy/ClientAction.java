package io.github.jettykeepalive.policy;

/** What a rule does to the requests of a User-Agent, named as httpd's {@code BrowserMatch} variables are. */
public enum ClientAction {
    /** The connection closes after each response (httpd {@code nokeepalive}, nginx {@code keepalive_disable}). */
    NO_KEEP_ALIVE,
    /** The request is treated as HTTP/1.0: no chunked coding, no persistence by default (httpd {@code downgrade-1.0}). */
    DOWNGRADE_1_0,
    /** As {@link #DOWNGRADE_1_0}, and the status line says {@code HTTP/1.0} (httpd {@code force-response-1.0}). */
    FORCE_RESPONSE_1_0
}
