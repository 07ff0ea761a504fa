package io.github.jettykeepalive.demo.embedded;

import io.github.jettykeepalive.demo.lab.Target;
import java.io.IOException;
import java.net.Socket;

/** A port of the demo that is there as long as the demo is. */
record PermanentTarget(String host, int port) implements Target {
    @Override
    public String path(String path) {
        return path;
    }

    @Override
    public Socket connect() throws IOException {
        return new Socket(host, port);
    }
}
