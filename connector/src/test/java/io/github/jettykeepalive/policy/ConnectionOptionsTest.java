package io.github.jettykeepalive.policy;

import static io.github.jettykeepalive.policy.ConnectionOptions.BOTH;
import static io.github.jettykeepalive.policy.ConnectionOptions.CLOSE;
import static io.github.jettykeepalive.policy.ConnectionOptions.KEEP_ALIVE;
import static io.github.jettykeepalive.policy.ConnectionOptions.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionOptionsTest {
    record Row(String rule, String value, ConnectionOptions options) {}

    private static Stream<Row> rows() {
        return Stream.of(
                new Row("nothing", "", NONE),
                new Row("close", "close", CLOSE),
                new Row("keep-alive", "keep-alive", KEEP_ALIVE),
                new Row("any case", "CLoSe", CLOSE),
                new Row("any case", "Keep-Alive", KEEP_ALIVE),
                new Row("both", "keep-alive, close", BOTH),
                new Row("both, the other way round", "close,keep-alive", BOTH),
                new Row("twice", "close, close", CLOSE),
                new Row("among others", "Upgrade, close, HTTP2-Settings", CLOSE),
                new Row("at the end", "TE,keep-alive", KEEP_ALIVE),
                new Row("spaces and tabs", " \tclose \t,\t keep-alive ", BOTH),
                new Row("empty elements", ",, ,close,,", CLOSE),
                new Row("only commas", ",,,", NONE),
                new Row("part of a token", "closed", NONE),
                new Row("part of a token", "not-close", NONE),
                new Row("another token", "keepalive", NONE),
                new Row("two tokens without a comma", "close keep-alive", NONE),
                new Row("another separator", "close;keep-alive", NONE),
                new Row("parameter", "close=1", NONE),
                new Row("quoted", "\"close\"", NONE),
                new Row("space inside", "keep -alive", NONE),
                new Row("NUL at the end", "close\0", NONE),
                new Row("no-break space", "close\u00a0", NONE));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void optionsAreAListOfExactTokens(Row row) {
        assertThat(ConnectionOptions.parse(row.value)).isEqualTo(row.options);
    }

    @Test
    void optionsOfSeveralLinesAddUp() {
        for (ConnectionOptions first : ConnectionOptions.values()) {
            for (ConnectionOptions second : ConnectionOptions.values()) {
                ConnectionOptions both = first.and(second);

                assertThat(both.close()).as("%s and %s", first, second).isEqualTo(first.close() || second.close());
                assertThat(both.keepAlive())
                        .as("%s and %s", first, second)
                        .isEqualTo(first.keepAlive() || second.keepAlive());
            }
        }
    }

    @Test
    void aVeryLongLineIsReadToItsEnd() {
        assertThat(ConnectionOptions.parse("x,".repeat(100_000) + "close")).isEqualTo(CLOSE);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("io.github.jettykeepalive.policy.HostileText#seeds")
    void readsWhatANaiveReaderReads(long seed) {
        HostileText texts = new HostileText(seed);
        for (int i = 0; i < HostileText.VALUES; i++) {
            String text = texts.next();

            assertThat(ConnectionOptions.parse(text))
                    .as("seed %d, value %d: <%s>", seed, i, text)
                    .isEqualTo(naive(text));
        }
    }

    private static final Pattern NAIVE =
            Pattern.compile("[\\s\\x1c-\\x1f]*(?:(close)|(keep-alive))[\\s\\x1c-\\x1f]*", Pattern.CASE_INSENSITIVE);

    private static ConnectionOptions naive(String text) {
        boolean close = false;
        boolean keepAlive = false;
        for (String part : text.split(",", -1)) {
            Matcher matcher = NAIVE.matcher(part);
            if (matcher.matches()) {
                close |= matcher.group(1) != null;
                keepAlive |= matcher.group(2) != null;
            }
        }
        if (close) {
            return keepAlive ? BOTH : CLOSE;
        }
        return keepAlive ? KEEP_ALIVE : NONE;
    }
}
