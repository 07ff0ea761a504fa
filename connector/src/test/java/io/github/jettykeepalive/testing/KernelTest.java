package io.github.jettykeepalive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jettykeepalive.testing.TcpTable.Side;
import io.github.jettykeepalive.testing.TcpTable.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kernel tells about connections, and that it is told about ours alone. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class KernelTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** In a network of its own, because others may fill the table, or the kernel's room for TIME_WAIT. */
    @Test
    void tableFollowsAConnectionToItsEnd() throws Exception {
        assumeTrue(TcpTable.available() && OwnNetwork.available());

        assertThat(OwnNetwork.run(Duration.ofMinutes(1), Life.class)).isEqualTo("followed to TIME_WAIT");
    }

    /** Runs in the other JVM. */
    static final class Life {

        private Life() {}

        public static void main(String[] arguments) throws IOException {
            try (var listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                    var client = RawClient.connect(listener.getLocalPort());
                    var server = listener.accept()) {
                int port = listener.getLocalPort();
                awaitState(Side.LOCAL, port, State.LISTEN);
                awaitState(Side.LOCAL, port, State.ESTABLISHED);
                awaitState(Side.REMOTE, port, State.ESTABLISHED);

                server.shutdownOutput();
                awaitState(Side.LOCAL, port, State.FIN_WAIT2);
                awaitState(Side.REMOTE, port, State.CLOSE_WAIT);

                client.expectFin();
                client.close();
                awaitState(Side.LOCAL, port, State.TIME_WAIT);
            }
            System.out.println("followed to TIME_WAIT");
        }
    }

    private static void awaitState(Side side, int port, State state) {
        Eventually.await(
                PATIENCE, side + " side in " + state, () -> TcpTable.now().count(side, port, state) == 1);
    }

    @Test
    void countersCountAResetAndNothingElse() throws Exception {
        assumeTrue(KernelCounters.available() && OwnNetwork.available());

        assertThat(OwnNetwork.run(Duration.ofMinutes(1), Measurement.class))
                .isEqualTo("strangers 0, orderly 0, reset 1, aborts on data 1");
    }

    @Test
    void failureInOwnNetworkFailsTheTest() throws Exception {
        assumeTrue(OwnNetwork.available());

        assertThatThrownBy(() -> OwnNetwork.run(Duration.ofMinutes(1), Measurement.class, "fail"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("asked to fail");
    }

    /** Runs in the other JVM. */
    static final class Measurement {

        private Measurement() {}

        public static void main(String[] arguments) throws IOException {
            if (arguments.length > 0) {
                throw new IllegalStateException("asked to " + arguments[0]);
            }
            var before = KernelCounters.now();
            connectAnd(RawClient::close);
            var orderly = KernelCounters.now().minus(before);
            connectAnd(RawClient::reset);
            var reset = KernelCounters.now().minus(before);
            System.out.printf(
                    "strangers %d, orderly %d, reset %d, aborts on data %d%n",
                    KernelCounters.strangers().size(),
                    orderly.outRsts(),
                    reset.outRsts(),
                    reset.get(KernelCounters.ABORT_ON_DATA));
        }

        private static void connectAnd(Ending ending) throws IOException {
            try (var listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                    var client = RawClient.connect(listener.getLocalPort());
                    var server = listener.accept()) {
                ending.end(client);
                new WireInput(server, server).within(PATIENCE).available();
            }
        }
    }

    @FunctionalInterface
    private interface Ending {
        void end(RawClient client) throws IOException;
    }
}
