package io.github.jettykeepalive.demo.lab;

import java.io.IOException;
import java.net.Socket;

/** A port of the demo that an experiment may talk to; closing it gives the port back if it was opened for one run. */
public interface Target extends AutoCloseable {
    /** Always on this machine. */
    String host();

    /** The port. */
    int port();

    /** Where a path of the target application is, within the server. */
    String path(String path);

    /** A new connection, over TLS if the target speaks it. */
    Socket connect() throws IOException;

    @Override
    default void close() {}
}
