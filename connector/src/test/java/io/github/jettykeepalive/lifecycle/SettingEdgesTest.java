package io.github.jettykeepalive.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import io.github.jettykeepalive.testing.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each number at its ends, alone, with everything else at its default: it starts and does what README says, or is refused in
 * one line.
 */
class SettingEdgesTest {
    private static final long YEAR = 31_536_000_000L;
    private static final String DURATION = "0 to 31536000000 ms";

    private static Table<Row, Row> table;
    private static Log log;

    /**
     * A row.
     *
     * @param refusal the message, null if it starts
     */
    record Row(String setting, Number value, @Nullable String refusal) {
        static Row starts(String setting, Number value) {
            return new Row(setting, value, null);
        }

        static Row refused(String setting, Number value, String unit, String expected) {
            return new Row(
                    setting, value, "%s: %d%s (expected: %s)".formatted(setting, value.longValue(), unit, expected));
        }
    }

    static Stream<Row> rows() {
        var rows = new ArrayList<Row>();
        for (String count : List.of("maxRequests", "maxConnectionsPerClient", "maxConnections")) {
            rows.add(Row.refused(count, -1, "", ">= 0"));
            for (int value : new int[] {0, 1, Integer.MAX_VALUE}) {
                rows.add(Row.starts(count, value));
            }
        }
        for (String duration : List.of("advertiseMargin", "maxAge", "requestHeaderTimeout", "clientClosesFirst")) {
            rows.add(Row.refused(duration, -1L, " ms", DURATION));
            for (long value : new long[] {0, 1}) {
                rows.add(Row.starts(duration, value));
            }
            rows.add(Row.refused(duration, YEAR + 1, " ms", DURATION));
        }
        for (String duration : List.of("advertiseMargin", "maxAge", "requestHeaderTimeout")) {
            rows.add(Row.starts(duration, YEAR));
        }
        for (String linger : List.of("lingerTimeout", "lingerIdleTimeout")) {
            rows.add(Row.refused(linger, -1L, " ms", DURATION));
            rows.add(Row.refused(linger, 0L, " ms", "> 0 ms"));
            // A default gives way to a setting, whichever of the two it is.
            rows.add(Row.starts(linger, 1L));
            rows.add(Row.starts(linger, YEAR));
            rows.add(Row.refused(linger, YEAR + 1, " ms", DURATION));
        }
        // As long as it may be: lingering would be over before ours was sent. Its default gives way.
        rows.add(Row.starts("clientClosesFirst", YEAR - 1));
        rows.add(Row.starts("keepAliveTimeout", -1L));
        rows.add(Row.starts("keepAliveTimeout", 0L));
        rows.add(Row.starts("keepAliveTimeout", 1L));
        rows.add(Row.starts("keepAliveTimeout", 1000L));
        rows.add(Row.starts("keepAliveTimeout", YEAR));
        rows.add(Row.refused("keepAliveTimeout", -2L, " ms", ">= -1 ms"));
        rows.add(Row.refused("keepAliveTimeout", YEAR + 1, " ms", DURATION));
        rows.add(Row.refused("maxAgeJitter", -1, "", "0 to 100"));
        rows.add(Row.starts("maxAgeJitter", 0));
        rows.add(Row.starts("maxAgeJitter", 1));
        rows.add(Row.starts("maxAgeJitter", 100));
        rows.add(Row.refused("maxAgeJitter", 101, "", "0 to 100"));
        rows.add(Row.refused("lingerMaxBytes", -1L, "", ">= 0"));
        rows.add(Row.starts("lingerMaxBytes", 0L));
        rows.add(Row.starts("lingerMaxBytes", 1L));
        rows.add(Row.starts("lingerMaxBytes", Long.MAX_VALUE));
        rows.add(Row.refused("lingerMaxRate", -1L, "", ">= 0"));
        rows.add(Row.starts("lingerMaxRate", 0L));
        rows.add(Row.starts("lingerMaxRate", 1L));
        rows.add(Row.starts("lingerMaxRate", Long.MAX_VALUE));
        rows.add(Row.refused("maxLingering", -1, "", ">= 1"));
        rows.add(Row.refused("maxLingering", 0, "", ">= 1"));
        rows.add(Row.starts("maxLingering", 1));
        rows.add(Row.starts("maxLingering", Integer.MAX_VALUE));
        for (String prefix : List.of("clientPrefix4", "clientPrefix6")) {
            int most = prefix.equals("clientPrefix4") ? 32 : 128;
            rows.add(Row.refused(prefix, -1, "", "0 to " + most));
            rows.add(Row.starts(prefix, 0));
            rows.add(Row.starts(prefix, 1));
            rows.add(Row.starts(prefix, most));
            rows.add(Row.refused(prefix, most + 1, "", "0 to " + most));
        }
        for (String duration : List.of("keepAliveTimeout", "maxAge", "lingerTimeout", "clientClosesFirst")) {
            rows.add(Row.refused(duration, Long.MAX_VALUE, " ms", DURATION));
        }
        return rows.stream();
    }

    @BeforeAll
    static void begin() {
        log = new Log("maxConnections reached", "maxLingering reached");
        table = new Table<>(rows(), 16, row -> {
            play(row);
            return row;
        });
    }

    @AfterAll
    static void end() throws InterruptedException {
        table.close();
        log.close();
        Threads.expectNone();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void startsAndDoesWhatItSaysOrIsRefusedInOneLine(Row row) throws InterruptedException {
        assertThat(table.outcome(row)).isEqualTo(row);
    }

    private static void play(Row row) throws Exception {
        Site site = new Site();
        ServerConnector connector = site.add(Make.OURS.factory());
        // Before the start nothing is checked.
        new Jmx(Site.ours(connector)).set(row.setting, row.value);
        try {
            site.server.start();
        } catch (IllegalArgumentException refusal) {
            // To stop a server that was refused its start is RefusedStartTest's.
            assertThat(refusal.getMessage()).isEqualTo(row.refusal);
            return;
        }
        try {
            assertThat(row.refusal).as("it has started").isNull();
            assertPlainExchange(row, connector);
            assertKeepAliveExchange(row, connector);
            assertClosingExchange(row, connector);
            Site.awaitNoSocket(connector.getLocalPort());
            Books.assertAllClosed(Site.ours(connector));
        } finally {
            site.server.stop();
        }
    }

    /** Whether the settings let a connection have a second request. */
    private static boolean keeps(Row row) {
        return !(row.setting.equals("maxRequests") && row.value.intValue() == 1)
                && !(row.setting.equals("keepAliveTimeout") && row.value.longValue() == 0)
                && !isAge(row);
    }

    /** A connection of a millisecond is over-age or not. */
    private static boolean isAge(Row row) {
        return row.setting.equals("maxAge") && row.value.longValue() == 1;
    }

    private static RawClient connect(ServerConnector connector) throws Exception {
        return RawClient.connect(connector.getLocalPort()).patience(Site.PATIENCE);
    }

    private static void assertServed(RawResponse response) {
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("hello");
        assertThat(response.complete()).isTrue();
    }

    private static void assertPlainExchange(Row row, ServerConnector connector) throws Exception {
        try (var client = connect(connector)) {
            RawResponse response = client.send(Ask.get(Desk.HELLO)).readResponse();
            assertServed(response);
            if (!isAge(row)) {
                assertThat(response.fields("Connection")).isEqualTo(keeps(row) ? List.of() : List.of("close"));
            }
            assertThat(response.fields("Keep-Alive")).isEmpty();
        }
        Site.awaitNoSocket(connector.getLocalPort());
    }

    private static void assertKeepAliveExchange(Row row, ServerConnector connector) throws Exception {
        try (var client = connect(connector)) {
            RawResponse response = client.send(Ask.keep(Desk.HELLO)).readResponse();
            assertServed(response);
            if (isAge(row)) {
                return;
            }
            if (row.setting.equals("keepAliveTimeout") && row.value.longValue() == 1) {
                assertThat(response.fields("Keep-Alive")).allMatch(value -> !value.contains("timeout="));
            } else if (keeps(row)) {
                assertThat(response.fields("Connection")).containsExactly("keep-alive");
                assertServed(client.send(Ask.keep(Desk.HELLO)).readResponse());
            } else {
                assertThat(response.fields("Connection")).containsExactly("close");
                client.expectFin();
            }
        }
        Site.awaitNoSocket(connector.getLocalPort());
    }

    /** An upload that is refused early, whose client writes it all before it reads: unless it is too much, or takes too long. */
    private static void assertClosingExchange(Row row, ServerConnector connector) throws Exception {
        try (var client = connect(connector)) {
            RawResponse response = client.send(Ask.close(Desk.HELLO)).readResponse();
            assertServed(response);
            assertThat(response.fields("Connection")).containsExactly("close");
            if (!row.setting.equals("clientClosesFirst") || row.value.longValue() <= 1) {
                client.expectFin();
            }
        }
        Site.awaitNoSocket(connector.getLocalPort());
        boolean bounded = (row.setting.startsWith("linger") && row.value.longValue() == 1);
        try (var client = connect(connector)) {
            client.send(Ask.request("POST " + Desk.REFUSE + " HTTP/1.1", "Content-Length: 100000"));
            RawResponse early = client.readResponse();
            assertThat(early.status()).isEqualTo(413);
            Sent rest = client.sendInBackground(100_000).join();
            assertThat(rest.complete() || bounded).as("the rest is taken").isTrue();
        }
    }
}
