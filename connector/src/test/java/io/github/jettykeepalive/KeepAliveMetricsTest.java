package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.eclipse.jetty.io.Content;
import org.junit.jupiter.api.Test;

class KeepAliveMetricsTest {
    @Test
    void metersFollowTheBooks() throws Exception {
        try (TestServer server = TestServer.with(KeepAliveConnectionFactory::new)
                .start((request, response, callback) -> {
                    Content.Sink.write(response, true, "hello", callback);
                    return true;
                })) {
            var registry = new SimpleMeterRegistry();
            var factory = server.factory(KeepAliveConnectionFactory.class);
            new KeepAliveMetrics(factory, Tags.of("connector", "http")).bindTo(registry);
            try (RawClient client = RawClient.connect(server.port())) {
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                client.readResponse();
                assertThat(registry.get("jetty.keepalive.connections.open")
                                .tag("connector", "http")
                                .gauge()
                                .value())
                        .isEqualTo(1);
                client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                client.readResponse();
                client.expectFin();
            }
            server.awaitNoConnections();
            assertThat(closed(registry, "client")).isEqualTo(1);
            assertThat(closed(registry, "abort")).isZero();
            assertThat(registry.get("jetty.keepalive.connections.lingering")
                            .gauge()
                            .value())
                    .isZero();
        }
    }

    /** N10: a second factory in the same registry has meters of its own. */
    @Test
    void metersOfSeveralFactoriesAreToldApart() throws Exception {
        var registry = new SimpleMeterRegistry();
        var unstarted = new KeepAliveConnectionFactory();
        var other = new KeepAliveConnectionFactory();
        new KeepAliveMetrics(unstarted).bindTo(registry);
        new KeepAliveMetrics(other).bindTo(registry);
        try (TestServer server =
                TestServer.with(KeepAliveConnectionFactory::new).start((request, response, callback) -> false)) {
            new KeepAliveMetrics(server.factory(KeepAliveConnectionFactory.class)).bindTo(registry);
            assertThat(registry.get("jetty.keepalive.connections.open").gauges())
                    .extracting(gauge -> gauge.getId().getTag("connector"))
                    .hasSize(3)
                    .doesNotHaveDuplicates()
                    .anyMatch(name -> name.contains(":" + server.port()));
        }
    }

    private static double closed(SimpleMeterRegistry registry, String reason) {
        return registry.get("jetty.keepalive.connections.closed")
                .tag("reason", reason)
                .functionCounter()
                .count();
    }
}
