package io.github.jettykeepalive.policy;

import static io.github.jettykeepalive.policy.KeepAliveHeaderMode.ALWAYS;
import static io.github.jettykeepalive.policy.KeepAliveHeaderMode.NEVER;
import static io.github.jettykeepalive.policy.KeepAliveHeaderMode.ON_REQUEST;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnnouncementTest {
    private static final long FOR_EVER = ConnectionState.NO_DEADLINE;

    private static String announce(KeepAliveHeaderMode mode, long margin, FakeExchange exchange) {
        KeepAliveHeader header = new Announcement(mode, margin).announce(exchange);
        return header.isEmpty() ? "" : header.format();
    }

    // --- to whom

    record Audience(KeepAliveHeaderMode mode, String connection, boolean told) {}

    private static Stream<Audience> audiences() {
        return Stream.of(
                new Audience(ON_REQUEST, "", false),
                new Audience(ON_REQUEST, "close", false),
                new Audience(ON_REQUEST, "keep-alive", true),
                new Audience(ON_REQUEST, "keep-alive, close", true),
                new Audience(ALWAYS, "", true),
                new Audience(ALWAYS, "keep-alive", true),
                new Audience(NEVER, "", false),
                new Audience(NEVER, "keep-alive", false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("audiences")
    void theModeSaysWhoIsTold(Audience row) {
        FakeExchange exchange = FakeExchange.http11(e -> e.requestOptions = ConnectionOptions.parse(row.connection));

        assertThat(announce(row.mode, 0, exchange)).isEqualTo(row.told ? "timeout=30" : "");
    }

    // --- what

    record Row(String rule, long keepAliveMillis, long margin, int served, int maxRequests, String field) {}

    private static Stream<Row> rows() {
        return Stream.of(
                new Row("both", 5_000, 0, 1, 100, "timeout=5, max=99"),
                new Row("shorter by the margin", 5_000, 1_000, 1, 100, "timeout=4, max=99"),
                new Row("rounded down", 5_999, 0, 1, 100, "timeout=5, max=99"),
                new Row("margin comes first, then rounding", 5_999, 1_000, 1, 100, "timeout=4, max=99"),
                new Row("margin of part of a second", 5_000, 1, 1, 100, "timeout=4, max=99"),
                new Row("exactly a second", 2_000, 1_000, 1, 100, "timeout=1, max=99"),
                new Row("less than a second is not announced", 1_999, 1_000, 1, 100, "max=99"),
                new Row("nothing is left of it", 1_000, 1_000, 1, 100, "max=99"),
                new Row("margin longer than the timeout", 5_000, 60_000, 1, 100, "max=99"),
                new Row("waits for ever", FOR_EVER, 1_000, 1, 100, "max=99"),
                new Row("no limit of requests", 5_000, 1_000, 1, 0, "timeout=4"),
                new Row("no limit at all", FOR_EVER, 1_000, 1, 0, ""),
                new Row("nothing that could be said", 1_999, 1_000, 1, 0, ""),
                new Row("countdown: the first of three", 5_000, 0, 1, 3, "timeout=5, max=2"),
                new Row("countdown: one more", 5_000, 0, 2, 3, "timeout=5, max=1"),
                new Row("countdown: none left", 5_000, 0, 3, 3, "timeout=5, max=0"),
                new Row("large limit", 5_000, 0, 1, Integer.MAX_VALUE, "timeout=5, max=2147483646"),
                new Row("a year", Duration.ofDays(365).toMillis(), 0, 1, 0, "timeout=31536000"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void announcesWhatIsLeftSafely(Row row) {
        FakeExchange exchange = FakeExchange.http11(e -> {
            e.keepAliveMillis = row.keepAliveMillis;
            e.served = row.served;
            e.maxRequests = row.maxRequests;
        });

        assertThat(announce(ALWAYS, row.margin, exchange)).isEqualTo(row.field);
    }

    /** A connector's idle timeout has no upper bound, and some write 100 years where they mean for ever. */
    @Test
    void neverAnnouncesANegativeTime() {
        FakeExchange exchange = FakeExchange.http11(
                e -> e.keepAliveMillis = Duration.ofDays(36_500).toMillis());

        assertThat(announce(ALWAYS, 0, exchange)).doesNotContain("-");
    }

    @Test
    void saysNothingByTheSharedEmptyHeader() {
        FakeExchange silent = FakeExchange.http11(e -> e.keepAliveMillis = FOR_EVER);

        assertThat(new Announcement(NEVER, 0).announce(silent)).isSameAs(KeepAliveHeader.EMPTY);
        assertThat(new Announcement(ALWAYS, 0).announce(silent)).isSameAs(KeepAliveHeader.EMPTY);
    }

    @Test
    void isWhatThePolicySays() {
        assertThat(Announcement.of(KeepAlivePolicy.DEFAULT)).isEqualTo(new Announcement(ON_REQUEST, 1_000));
        assertThat(Announcement.of(KeepAlivePolicy.DEFAULT
                        .withKeepAliveHeader(ALWAYS)
                        .withAdvertiseMargin(Duration.ofMillis(250))))
                .isEqualTo(new Announcement(ALWAYS, 250));
    }
}
