package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jettykeepalive.testing.OwnNetwork;
import io.github.jettykeepalive.testing.RealClient;
import io.github.jettykeepalive.testing.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients people really use get the answer to an upload that is refused before it is read. With {@code -Dclients.tries=10} more often
 * than a build has time for, and what they get from stock Jetty is shown.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EarlyAnswerClientsTest {
    private static final int UPLOAD = 50_000_000;
    private static final int FEW = 3;
    private static final int TRIES = Integer.getInteger("clients.tries", FEW);

    @ParameterizedTest
    @EnumSource
    void everyTryIsAnswered(RealClient client) throws Exception {
        assumeTrue(client.available());
        try (var rig = Rig.start(Wire.PLAIN, Rig::refuse)) {
            List<RealClient.Result> results = client.upload(rig.uri("/upload"), UPLOAD, TRIES);

            System.out.printf(
                    "413 to %d MB, %d tries: %s got %d from us, %s from stock Jetty%n",
                    UPLOAD / 1_000_000, TRIES, client, answered(results), stock(client));
            assertThat(results).allMatch(result -> result.answered(413));
        }
    }

    private static long answered(List<RealClient.Result> results) {
        return results.stream().filter(result -> result.answered(413)).count();
    }

    /** Shown, not asserted: it depends on who is faster. */
    private static String stock(RealClient client) throws Exception {
        return TRIES > FEW && OwnNetwork.available()
                ? OwnNetwork.run(Duration.ofMinutes(2), Stock.class, client.name(), "" + TRIES)
                : "?";
    }

    /** Runs in a JVM of its own: the JDK's HttpClient keeps an upload that failed, and its thread, for ever. */
    static final class Stock {

        private Stock() {}

        public static void main(String[] arguments) throws Exception {
            try (var server = TestServer.with(HttpConnectionFactory::new).start(Rig::refuse)) {
                var client = RealClient.valueOf(arguments[0]);
                int tries = Integer.parseInt(arguments[1]);
                System.out.println(answered(client.upload(server.uri("/upload"), UPLOAD, tries)));
                System.exit(0);
            }
        }
    }
}
