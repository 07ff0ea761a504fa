package io.github.jettykeepalive.servlet.container;

/** A started server. */
public interface RunningServer extends AutoCloseable {
    /** The TCP port on the loopback address. */
    int port() throws Exception;
}
