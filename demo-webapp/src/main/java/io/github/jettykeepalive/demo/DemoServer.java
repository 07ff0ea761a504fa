package io.github.jettykeepalive.demo;

import org.eclipse.jetty.server.Server;

/** Holds the place of the connection lab: a stock Jetty, so that {@code mvn -Pdemo} has something to run. */
public final class DemoServer {
    private DemoServer() {}

    public static void main(String[] args) throws Exception {
        new Server(Integer.getInteger("port", 8080)).start();
    }
}
