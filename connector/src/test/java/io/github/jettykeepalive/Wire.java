package io.github.jettykeepalive;

import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import org.eclipse.jetty.server.ServerConnector;

/** What a connection goes over: the same must hold on each. */
enum Wire {
    PLAIN(""),
    TLS_1_2("TLSv1.2"),
    TLS_1_3("TLSv1.3");

    private final String protocol;

    Wire(String protocol) {
        this.protocol = protocol;
    }

    boolean isTls() {
        return this != PLAIN;
    }

    /** What the server needs for it. */
    TestServer.Builder configure(TestServer.Builder builder) {
        return isTls() ? builder.tls(protocol) : builder;
    }

    RawClient connect(TestServer server) throws IOException {
        return isTls() ? RawClient.connectTls(server.tlsPort(), protocol) : RawClient.connect(server.port());
    }

    ServerConnector connector(TestServer server) {
        return isTls() ? server.tlsConnector() : server.connector();
    }

    URI uri(TestServer server, String path) {
        return isTls() ? server.tlsUri(path) : server.uri(path);
    }
}
