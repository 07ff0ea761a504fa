package io.github.jettykeepalive.servlet;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.Upload;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * How often an early answer reaches a client that writes its whole 20 MiB request before it reads, without the filter
 * and with it. No test, and so not run by default: {@code mvn -pl servlet-filters test -Dtest=UnreadBodyMeasurement}.
 */
@ExtendWith(RealWar.class)
class UnreadBodyMeasurement {
    private static final int SIZE = 20 * 1024 * 1024;
    private static final int ROUNDS = 20;

    @Test
    @Timeout(1800)
    void measure() throws Exception {
        System.out.printf(
                "%nComplete answers out of %d, to uploads of %d MiB: without the filter / with it%n",
                ROUNDS, SIZE >> 20);
        System.out.println(
                "stubborn: reads after a failed write; hasty: does not; slow: stubborn, 4 KiB receive buffer");
        for (String scenario : List.of("refuse", "refuseLarge", "refuseByError", "refuseByException")) {
            for (Container container : Container.values()) {
                System.out.printf(
                        "%-17s %-11s stubborn %s, hasty %s, slow %s, HttpURLConnection %s%n",
                        scenario,
                        container,
                        compare(folder -> isAnswered(container, path(folder, scenario), false, 0)),
                        compare(folder -> isAnswered(container, path(folder, scenario), true, 0)),
                        compare(folder -> isAnswered(container, path(folder, scenario), false, 4096)),
                        compare(folder -> isAnsweredToTheJdk(container, path(folder, scenario))));
            }
        }
    }

    private interface Attempt {
        boolean succeeds(String folder) throws Exception;
    }

    private static String path(String folder, String scenario) {
        return "/app/" + folder + "/run/" + scenario;
    }

    private static String compare(Attempt attempt) throws Exception {
        return count(() -> attempt.succeeds("plain")) + "/" + count(() -> attempt.succeeds("unread"));
    }

    private static int count(Callable<Boolean> attempt) throws Exception {
        int successes = 0;
        for (int i = 0; i < ROUNDS; i++) {
            successes += attempt.call() ? 1 : 0;
        }
        return successes;
    }

    private static boolean isAnswered(Container container, String path, boolean hasty, int receiveBuffer)
            throws Exception {
        try (var client = RawClient.connect(RealWar.port(container), socket -> {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
        })) {
            boolean sent = UnreadBodyWireTest.upload(client, path, SIZE);
            return (sent || !hasty) && isRefused(client);
        }
    }

    private static boolean isRefused(RawClient client) {
        try {
            RawResponse response = client.readResponse();
            return response.status() >= 400 && response.complete();
        } catch (AssertionError lost) {
            return false;
        }
    }

    private static boolean isAnsweredToTheJdk(Container container, String path) throws Exception {
        var url = new URI("http://localhost:" + RealWar.port(container) + path).toURL();
        var connection = (HttpURLConnection) url.openConnection();
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(SIZE);
        try (var out = connection.getOutputStream()) {
            Upload.bytes(SIZE).writeTo(out);
            int status = connection.getResponseCode();
            connection.getErrorStream().readAllBytes();
            return status >= 400;
        } catch (IOException lost) {
            return false;
        } finally {
            connection.disconnect();
        }
    }
}
