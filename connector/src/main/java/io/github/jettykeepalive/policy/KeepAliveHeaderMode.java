package io.github.jettykeepalive.policy;

/** Who is told, in a {@code Keep-Alive} field, how long and for how many requests the connection is kept. */
public enum KeepAliveHeaderMode {
    /** Those whose request has the {@code keep-alive} option, as Apache httpd and Tomcat do. */
    ON_REQUEST,
    /** Everybody, as nginx does. */
    ALWAYS,
    /** Nobody. */
    NEVER
}
