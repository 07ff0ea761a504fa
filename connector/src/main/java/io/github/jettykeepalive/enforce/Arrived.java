package io.github.jettykeepalive.enforce;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;

/** What has arrived for a connection and has not been read: the selector may be too busy to have come to it. */
final class Arrived {
    private Arrived() {}

    /** Whether the kernel holds bytes of the peer's; its FIN is none. False also where nobody can tell, on a socket of another kind. */
    static boolean isAnything(EndPoint endPoint) {
        return Layers.lowest(endPoint).getTransport() instanceof SocketChannel channel && isAnything(channel);
    }

    private static boolean isAnything(SocketChannel channel) {
        try {
            return channel.socket().getInputStream().available() > 0;
        } catch (IOException | UnsupportedOperationException e) {
            // It was closed meanwhile, or it is a Unix domain socket.
            return false;
        }
    }
}
