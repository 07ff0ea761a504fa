package io.github.jettykeepalive.coexist;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.TestServer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;

/** Whose HTTP/1.1 is spoken: what a test of this package sees must be the same with each. */
enum Http {
    STOCK,
    OURS,
    /** Ours with every limit on, each wide enough not to be met. */
    OURS_LIMITED;

    HttpConnectionFactory factory(HttpConfiguration configuration) {
        if (this == STOCK) {
            return new HttpConnectionFactory(configuration);
        }
        KeepAliveConnectionFactory factory = new KeepAliveConnectionFactory(configuration);
        if (this == OURS_LIMITED) {
            limit(factory);
        }
        return factory;
    }

    private static void limit(KeepAliveConnectionFactory factory) {
        factory.setMaxRequests(100);
        factory.setKeepAliveTimeout(20_000);
        factory.setMaxAge(3_600_000);
        factory.setRequestHeaderTimeout(20_000);
        factory.setMaxConnections(100);
        factory.setMaxConnectionsPerClient(100);
        factory.setCloseOnStatus("418");
        factory.addHttpdClientRules();
    }

    TestServer.Builder server() {
        return TestServer.with(this::factory);
    }
}
