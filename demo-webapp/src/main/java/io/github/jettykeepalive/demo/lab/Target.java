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

    /** A new connection of another client, that is, from another address of this machine. */
    default Socket connectFrom(String address) throws IOException {
        throw new NotHereException("This needs a port of its own: run mvn -Pdemo.");
    }

    /**
     * Takes the port out of service as its server would at the end of its life, and returns when that is done.
     *
     * @param spreadMillis over which idle connections may leave
     * @param limitMillis after which whatever is left is cut
     */
    default void retire(long spreadMillis, long limitMillis) throws IOException {
        throw new NotHereException("This needs a port of its own: run mvn -Pdemo.");
    }

    @Override
    default void close() {}
}
