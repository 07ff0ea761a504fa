package io.github.jettykeepalive.policy;

/** Who is told, in a {@code Keep-Alive} field, how long and for how many requests the connection is kept. */
public enum KeepAliveHeaderMode {
    /** Those whose request has the {@code keep-alive} option, as Apache httpd and Tomcat do. */
    ON_REQUEST,
    /** Everybody, as nginx does. */
    ALWAYS,
    /** Nobody. */
    NEVER;

    static final String CHOICES = "ON_REQUEST, ALWAYS or NEVER";

    /** The mode of that name, any case; an {@link IllegalArgumentException} names the choices. */
    public static KeepAliveHeaderMode parse(String name) {
        for (KeepAliveHeaderMode mode : values()) {
            if (name != null && mode.name().equalsIgnoreCase(name.strip())) {
                return mode;
            }
        }
        throw new IllegalArgumentException("keepAliveHeader: %s (expected: %s)".formatted(name, CHOICES));
    }
}
