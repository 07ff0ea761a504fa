package io.github.jettykeepalive.enforce;

import org.eclipse.jetty.io.EndPoint;

/** What lies under an end point: TLS has one of its own upon that of the socket. */
final class Layers {
    private Layers() {}

    /** The end point of the socket. */
    static EndPoint lowest(EndPoint endPoint) {
        EndPoint lowest = endPoint;
        while (lowest.getTransport() instanceof EndPoint lower) {
            lowest = lower;
        }
        return lowest;
    }
}
