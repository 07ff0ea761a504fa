package io.github.jettykeepalive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.ResultTables;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An upload through a real reverse proxy, which the origin refuses before it has read it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ProxyUploadInterop {
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final int MEGABYTES = 20;
    private static final int TRIES = 10;

    private final List<List<String>> rows = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void everyRefusalArrives(ProxyKind kind) throws Exception {
        try (var origin = Origin.ours(factory -> {});
                var stock = Origin.stock(Duration.ofSeconds(30))) {
            Map<String, Integer> ours = outcomes(kind, origin);

            rows.add(List.of(kind.toString(), words(ours), words(outcomes(kind, stock))));
            assertThat(ours).isEqualTo(Map.of("413", TRIES));
        }
    }

    /** What a client gets that writes all before it reads. */
    private static Map<String, Integer> outcomes(ProxyKind kind, Origin origin) throws IOException {
        var outcomes = new TreeMap<String, Integer>();
        try (var proxy = ReverseProxy.start(kind, origin, IDLE)) {
            for (int i = 0; i < TRIES; i++) {
                outcomes.merge(outcome(proxy.port()), 1, Integer::sum);
            }
        }
        return outcomes;
    }

    private static String outcome(int port) throws IOException {
        try (var client = RawClient.connect(port)) {
            client.upload(MEGABYTES * 1_000_000L, false, "HTTP/1.1");
            return client.isAnythingToCome()
                    ? Integer.toString(client.readResponse().status())
                    : client.readToEof().end().toString();
        }
    }

    private static String words(Map<String, Integer> outcomes) {
        var words = new ArrayList<String>();
        outcomes.forEach((outcome, times) -> words.add(times + " x " + outcome));
        Collections.reverse(words);
        return String.join(", ", words);
    }

    @AfterAll
    void report() throws IOException {
        ResultTables.named("interop")
                .add(
                        "413 to an upload of " + MEGABYTES + " MB, " + TRIES + " tries",
                        List.of("proxy", "ours", "stock"),
                        rows);
    }
}
