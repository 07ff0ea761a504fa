package io.github.jettykeepalive.enforce;

import static io.github.jettykeepalive.policy.ConnectionState.NO_DEADLINE;
import static io.github.jettykeepalive.policy.KeepAlivePolicy.DEFAULT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.KeepAliveHeader;
import io.github.jettykeepalive.testing.InBackground;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RulesTest {
    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    // --- time

    @Test
    void aHeaderHasItsTimeFromNowOn() {
        Rules rules = new Rules(DEFAULT.withRequestHeaderTimeout(millis(250)));

        assertThat(rules.headerDeadline(0)).isEqualTo(250);
        assertThat(rules.headerDeadline(1_000)).isEqualTo(1_250);
    }

    @Test
    void aHeaderTimeoutOfZeroIsNone() {
        assertThat(new Rules(DEFAULT.withRequestHeaderTimeout(Duration.ZERO)).headerDeadline(1_000))
                .isEqualTo(NO_DEADLINE);
    }

    @ParameterizedTest(name = "keepAliveTimeout {0}, idle timeout {1}: {2}")
    @CsvSource({
        "   -1, 30000, 30000",
        "   -1,     1,     1",
        "   -1,     0,  never",
        "   -1,    -1,  never",
        "    0, 30000,     0",
        " 5000, 30000,  5000",
        " 5000,     0,  5000",
        "60000, 30000, 60000"
    })
    void theKeepAliveTimeoutIsItsOwnOrTheConnectors(long keepAliveTimeout, long idleTimeout, String expected) {
        Rules rules = new Rules(DEFAULT.withKeepAliveTimeout(millis(keepAliveTimeout)));

        assertThat(rules.keepAliveMillis(idleTimeout))
                .isEqualTo(expected.equals("never") ? NO_DEADLINE : Long.parseLong(expected));
    }

    // --- the Keep-Alive field

    private final Rules rules = new Rules(DEFAULT);

    private static String text(HttpField field) {
        assertThat(field.getHeader()).isEqualTo(HttpHeader.KEEP_ALIVE);
        return field.getName() + ": " + field.getValue();
    }

    record Asked(String situation, List<KeepAliveHeader> headers) {
        @Override
        public String toString() {
            return situation;
        }
    }

    private static Stream<Asked> asked() {
        int absent = KeepAliveHeader.ABSENT;
        return Stream.of(
                new Asked("once", List.of(new KeepAliveHeader(5, 9))),
                new Asked("twice", List.of(new KeepAliveHeader(5, 9), new KeepAliveHeader(5, 9))),
                new Asked("counting down", List.of(new KeepAliveHeader(5, 9), new KeepAliveHeader(5, 8))),
                new Asked("no further request", List.of(new KeepAliveHeader(5, 0), new KeepAliveHeader(5, 0))),
                new Asked(
                        "the last that is cached", List.of(new KeepAliveHeader(5, 1023), new KeepAliveHeader(5, 1023))),
                new Asked("the first that is not", List.of(new KeepAliveHeader(5, 1024), new KeepAliveHeader(5, 1024))),
                new Asked("no limit", List.of(new KeepAliveHeader(5, absent), new KeepAliveHeader(5, absent))),
                new Asked(
                        "two timeouts",
                        List.of(
                                new KeepAliveHeader(5, 9),
                                new KeepAliveHeader(4, 9),
                                new KeepAliveHeader(5, 9),
                                new KeepAliveHeader(4, 9))),
                new Asked("a timeout, then none", List.of(new KeepAliveHeader(5, 9), new KeepAliveHeader(absent, 9))),
                new Asked("no timeout, then one", List.of(new KeepAliveHeader(absent, 9), new KeepAliveHeader(5, 9))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("asked")
    void theFieldSaysWhatWasAskedWhateverWasBefore(Asked row) {
        assertThat(row.headers)
                .allSatisfy(
                        header -> assertThat(text(rules.field(header))).isEqualTo("Keep-Alive: " + header.format()));
    }

    @Test
    void theFieldOfTheUsualTimeoutIsMadeOnce() {
        KeepAliveHeader header = new KeepAliveHeader(5, 99);

        assertThat(rules.field(header)).isSameAs(rules.field(header));
    }

    /** Whoever comes first decides which timeout is the usual one; here two come first. */
    @Test
    void twoThatComeFirstGetEachTheirOwn() throws Exception {
        KeepAliveHeader five = new KeepAliveHeader(5, 9);
        KeepAliveHeader four = new KeepAliveHeader(4, 9);
        List<Rules> fresh = Stream.generate(() -> new Rules(DEFAULT)).limit(500).toList();
        AtomicInteger turn = new AtomicInteger();

        CompletableFuture<Void> other = InBackground.run(() -> askAtOnce(fresh, turn, four));
        askAtOnce(fresh, turn, five);
        other.get();

        assertThat(fresh.stream().map(each -> text(each.field(five))).distinct())
                .containsExactly("Keep-Alive: timeout=5, max=9");
        assertThat(fresh.stream().map(each -> text(each.field(four))).distinct())
                .containsExactly("Keep-Alive: timeout=4, max=9");
    }

    private static void askAtOnce(List<Rules> fresh, AtomicInteger turn, KeepAliveHeader header) {
        int ready = 0;
        for (Rules each : fresh) {
            ready += 2;
            turn.incrementAndGet();
            // A lock would let one go ahead of the other.
            while (turn.get() < ready) {
                Thread.onSpinWait();
            }
            each.field(header);
        }
    }
}
