package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.CLOSE;
import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static io.github.jettykeepalive.Ask.get;
import static io.github.jettykeepalive.Ask.get10;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.KeepAliveHeaderMode;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of a kept connection: they are announced, and what is announced is kept to. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class KeepAliveWireTest {
    @Parameter
    private Wire wire;

    private Rig rig(Consumer<KeepAliveConnectionFactory> settings) throws Exception {
        return Rig.start(wire, settings, Rig::hello);
    }

    private static RawResponse ask(RawClient client, String request) throws IOException {
        return client.send(request).readResponse();
    }

    /** The lines of a field, in the form in which tables have them. */
    private static String lines(RawResponse response, String field) {
        return String.join(" + ", response.fields(field));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void exactlySoManyRequestsAreServed(int max) throws Exception {
        var served = new AtomicInteger();
        try (var rig = Rig.start(wire, factory -> factory.setMaxRequests(max), (request, response, callback) -> {
                    served.incrementAndGet();
                    return Rig.hello(request, response, callback);
                });
                var client = rig.connect()) {
            client.send(get().repeat(max + 3));
            var responses = client.readResponses(max);
            client.expectFin();
            client.halfClose();

            assertThat(responses).allMatch(response -> response.body().equals("hello"));
            assertThat(responses.subList(0, max - 1))
                    .allMatch(response -> lines(response, "Connection").isEmpty());
            assertThat(lines(responses.get(max - 1), "Connection")).isEqualTo("close");
            assertThat(served).hasValue(max);
            rig.expectCloses(CloseReason.MAX_REQUESTS);
        }
    }

    @Test
    void maxCountsTheRequestsThatAreLeft() throws Exception {
        try (var rig = rig(factory -> factory.setMaxRequests(5));
                var client = rig.connect()) {
            for (int left = 4; left > 0; left--) {
                RawResponse response = ask(client, get(KEEP_ALIVE));
                assertThat(lines(response, "Keep-Alive")).isEqualTo("timeout=29, max=" + left);
                assertThat(lines(response, "Connection")).isEqualTo("keep-alive");
            }
            RawResponse last = ask(client, get(KEEP_ALIVE));
            client.expectFin();

            assertThat(lines(last, "Keep-Alive")).isEmpty();
            assertThat(lines(last, "Connection")).isEqualTo("close");
        }
    }

    @Test
    void zeroIsNoLimit() throws Exception {
        try (var rig = rig(factory -> factory.setMaxRequests(0));
                var client = rig.connect()) {
            client.send(get().repeat(1500));

            assertThat(client.readResponses(1500))
                    .allMatch(response -> lines(response, "Connection").isEmpty());
            assertThat(client.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1000 | -1    | 1000 | timeout=29, max=999 | keep-alive
            1000 | 20000 | 1000 | timeout=19, max=999 | keep-alive
            1000 | 60000 | 1000 | timeout=59, max=999 | keep-alive
            1000 | 20000 | 0    | timeout=20, max=999 | keep-alive
            1000 | 2000  | 1000 | timeout=1, max=999  | keep-alive
            1000 | 1999  | 1000 | max=999             | keep-alive
            0    | 20000 | 1000 | timeout=19          | keep-alive
            0    | 1999  | 1000 | ''                  | ''
            """)
    void fieldSaysWhatIsInForce(int max, long timeout, long margin, String keepAlive, String connection)
            throws Exception {
        try (var rig = rig(factory -> {
                    factory.setMaxRequests(max);
                    factory.setKeepAliveTimeout(timeout);
                    factory.setAdvertiseMargin(margin);
                });
                var client = rig.connect()) {
            RawResponse response = ask(client, get(KEEP_ALIVE));

            assertThat(lines(response, "Keep-Alive")).isEqualTo(keepAlive);
            assertThat(lines(response, "Connection")).isEqualTo(connection);
            assertThat(ask(client, get(CLOSE)).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NEVER,      keep-alive, '',                    ''",
        "ON_REQUEST, keep-alive, 'timeout=29, max=999', keep-alive",
        "ON_REQUEST, Keep-Alive, 'timeout=29, max=999', keep-alive",
        "ON_REQUEST, 'TE',       '',                    ''",
        "ALWAYS,     keep-alive, 'timeout=29, max=999', keep-alive",
        "ALWAYS,     'TE',       'timeout=29, max=999', keep-alive",
        "NEVER,      close,      '',                    close",
        "ALWAYS,     close,      '',                    close",
        "ALWAYS,     'keep-alive, close', '',           close",
    })
    void fieldGoesToWhomTheModeNames(KeepAliveHeaderMode mode, String asked, String keepAlive, String connection)
            throws Exception {
        try (var rig = rig(factory -> factory.setKeepAliveHeader(mode));
                var client = rig.connect()) {
            RawResponse response = ask(client, get("Connection: " + asked));

            assertThat(lines(response, "Keep-Alive")).isEqualTo(keepAlive);
            assertThat(lines(response, "Connection")).isEqualTo(connection);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NEVER      |                     | keep-alive
            ON_REQUEST | timeout=29, max=999 | keep-alive
            ALWAYS     | timeout=29, max=999 | keep-alive
            """)
    void fieldGoesToHttp10ClientsToo(KeepAliveHeaderMode mode, String keepAlive, String connection) throws Exception {
        try (var rig = rig(factory -> factory.setKeepAliveHeader(mode));
                var client = rig.connect()) {
            RawResponse response = ask(client, get10(KEEP_ALIVE));

            assertThat(response.field("Keep-Alive").orElse(null)).isEqualTo(keepAlive);
            assertThat(lines(response, "Connection")).isEqualTo(connection);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true,  'timeout=5',            'timeout=4, max=999'",
        "true,  'timeout=100',          'timeout=29, max=999'",
        "true,  'timeout=0',            'timeout=29, max=999'",
        "true,  'max=3',                'timeout=29, max=3'",
        "true,  'max=5000',             'timeout=29, max=999'",
        "true,  'Max = 3;TIMEOUT=\"5\"','timeout=4, max=3'",
        "true,  'timeout=-1, max=many', 'timeout=29, max=999'",
        "false, 'timeout=5, max=3',     'timeout=29, max=999'",
    })
    void clientMayTightenTheLimits(boolean honored, String asked, String expected) throws Exception {
        try (var rig = rig(factory -> factory.setHonorClientKeepAlive(honored));
                var client = rig.connect()) {
            RawResponse response = ask(client, get(KEEP_ALIVE, "Keep-Alive: " + asked));

            assertThat(lines(response, "Keep-Alive")).isEqualTo(expected);
        }
    }

    @Test
    void clientsOwnMaxIsKeptTo() throws Exception {
        try (var rig = rig(factory -> {});
                var client = rig.connect()) {
            client.send(get(KEEP_ALIVE, "Keep-Alive: max=2") + get(KEEP_ALIVE).repeat(5));

            assertThat(client.readResponses(3))
                    .extracting(response -> lines(response, "Keep-Alive"))
                    .containsExactly("timeout=29, max=2", "timeout=29, max=1", "");
            client.expectFin();
            client.halfClose();
            rig.expectCloses(CloseReason.MAX_REQUESTS);
        }
    }

    @Test
    void announcementsDifferByRequestNotByConnection() throws Exception {
        try (var rig = rig(factory -> factory.setMaxRequests(3));
                var client = rig.connect()) {
            client.send(get() + get(KEEP_ALIVE));

            assertThat(client.readResponses(2))
                    .extracting(response -> lines(response, "Keep-Alive"))
                    .containsExactly("", "timeout=29, max=1");
        }
    }
}
