package io.github.jettykeepalive.coexist;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.LogCapture;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.LowResourceMonitor;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Limits of Jetty's own that shorten the idle timeout of connections they find open, so that they end soon. */
class LimitsTest {
    private static final int SHORTENED = 200;

    @ParameterizedTest
    @EnumSource
    void networkConnectionLimitMakesRoomByEndingIdleConnections(Http http) throws Exception {
        try (TestServer server = http.server().configure(LimitsTest::limitToTwo).start(Ask::hello);
                RawClient idle = RawClient.connect(server.port())) {
            Ask.answer(idle);
            try (RawClient second = RawClient.connect(server.port());
                    RawClient third = RawClient.connect(server.port())) {
                third.send(Ask.get());
                idle.expectFin();
                idle.close();

                assertThat(third.readResponse().body()).isEqualTo("hello");
            }
        }
    }

    private static void limitToTwo(Server server) {
        NetworkConnectionLimit limit = new NetworkConnectionLimit(2, server);
        limit.setEndPointIdleTimeout(SHORTENED);
        server.addBean(limit);
    }

    @ParameterizedTest
    @EnumSource
    void lowResourceMonitorEndsIdleConnections(Http http) throws Exception {
        AtomicBoolean low = new AtomicBoolean();
        try (LogCapture log = LogCapture.of(LowResourceMonitor.class.getName());
                TestServer server =
                        http.server().configure(s -> s.addBean(monitor(s, low))).start(Ask::hello);
                RawClient client = RawClient.connect(server.port())) {
            assertThat(Ask.answer(client).body()).isEqualTo("hello");
            low.set(true);

            client.expectFin();
            assertThat(log.events()).hasSize(1);
        }
    }

    private static LowResourceMonitor monitor(Server server, AtomicBoolean low) {
        LowResourceMonitor monitor = new LowResourceMonitor(server);
        monitor.setPeriod(20);
        monitor.setLowResourcesIdleTimeout(SHORTENED);
        monitor.addLowResourceCheck(new LowResourceMonitor.LowResourceCheck() {
            @Override
            public boolean isLowOnResources() {
                return low.get();
            }

            @Override
            public String getReason() {
                return "the test says so";
            }
        });
        return monitor;
    }
}
