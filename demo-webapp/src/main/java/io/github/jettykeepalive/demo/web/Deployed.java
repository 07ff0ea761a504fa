package io.github.jettykeepalive.demo.web;

import io.github.jettykeepalive.demo.board.Watch;
import io.github.jettykeepalive.demo.lab.Addresses;
import io.github.jettykeepalive.demo.lab.NotHereException;
import io.github.jettykeepalive.demo.lab.Setup;
import io.github.jettykeepalive.demo.lab.Side;
import io.github.jettykeepalive.demo.lab.Target;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * Any server that the WAR was put into. Its own port is all there is to experiment on, and is known from the first plain
 * request; what needs another port, or a stock Jetty beside it, says so.
 */
final class Deployed implements Surroundings {
    private final String context;
    private volatile @Nullable Port port;
    private volatile Watch watch = Watch.NOTHING;

    Deployed(String context) {
        this.context = context;
    }

    @Override
    public void seen(HttpServletRequest request) {
        if (port == null && !request.isSecure()) {
            port = new Port(request.getLocalAddr(), request.getLocalPort(), context);
            watch = lookUp(request);
        }
    }

    private static Watch lookUp(HttpServletRequest request) {
        try {
            return ServerLookup.watch(request);
        } catch (LinkageError e) {
            // The server does not have the connector's classes at all.
            return Watch.NOTHING;
        }
    }

    @Override
    public Watch watch() {
        return watch;
    }

    @Override
    public Target open(Side side, Setup setup) throws IOException {
        Port own = port;
        if (side == Side.STOCK) {
            throw new NotHereException("A stock Jetty to compare with needs the embedded servers: run mvn -Pdemo.");
        }
        if (own == null || !setup.isDefault()) {
            throw new NotHereException("This needs a port with settings of its own: run mvn -Pdemo.");
        }
        return own;
    }

    @Override
    public Addresses addresses() {
        Port own = port;
        String address = own == null ? "127.0.0.1:8080" : own.host() + ":" + own.port();
        return new Addresses(address, address, context);
    }

    /** The server's own. */
    private record Port(String host, int port, String context) implements Target {
        @Override
        public String path(String path) {
            return context + path;
        }

        @Override
        public Socket connect() throws IOException {
            return new Socket(host, port);
        }
    }
}
