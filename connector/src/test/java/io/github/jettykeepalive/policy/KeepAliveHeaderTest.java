package io.github.jettykeepalive.policy;

import static io.github.jettykeepalive.policy.KeepAliveHeader.ABSENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeepAliveHeaderTest {
    record Row(String rule, String value, int timeout, int max) {}

    private static Stream<Row> understood() {
        return Stream.of(
                new Row("as httpd writes it", "timeout=5, max=99", 5, 99),
                new Row("the other order", "max=99, timeout=5", 5, 99),
                new Row("timeout alone", "timeout=5", 5, ABSENT),
                new Row("max alone", "max=99", ABSENT, 99),
                new Row("zero", "timeout=0, max=0", 0, 0),
                new Row("any case", "TimeOut=5, MAX=99", 5, 99),
                new Row("no space", "timeout=5,max=99", 5, 99),
                new Row("spaces and tabs everywhere", " \ttimeout\t = 5 ,\tmax =\t99 ", 5, 99),
                new Row("quotes", "timeout=\"5\", max=\" 99 \"", 5, 99),
                new Row("semicolon", "timeout=5; max=99", 5, 99),
                new Row("leading zeros", "timeout=005, max=00", 5, 0),
                new Row("other parameters", "mode=x, timeout=5, hello, max=99, =7", 5, 99),
                new Row("empty elements", ",,timeout=5,;,max=99,", 5, 99),
                new Row("the first of a name wins", "timeout=5, max=9, timeout=6, max=8", 5, 9),
                new Row("the first that is a number", "timeout=x, max=, timeout=6, max=8", 6, 8),
                new Row("nine digits", "timeout=999999999, max=999999999", 999_999_999, 999_999_999));
    }

    private static Stream<Row> notUnderstood() {
        return Stream.of("", ",", "=", "timeout", "timeout=", "timeout= ", "timeout=\"\"", "timeout5", "=5", "300")
                .flatMap(text -> Stream.of(text, text.replace("timeout", "max")))
                .distinct()
                .map(text -> new Row("nothing to read", text, ABSENT, ABSENT));
    }

    private static Stream<Row> hostile() {
        return Stream.of(
                new Row("negative", "timeout=-5, max=-1", ABSENT, ABSENT),
                new Row("signed", "timeout=+5, max=+1", ABSENT, ABSENT),
                new Row("fraction", "timeout=5.5, max=1e3", ABSENT, ABSENT),
                new Row("unit", "timeout=5s, max=9x", ABSENT, ABSENT),
                new Row("just before the digits, just after", "timeout=/, max=:", ABSENT, ABSENT),
                new Row("space inside", "timeout=5 5, max=9 9", ABSENT, ABSENT),
                new Row("quote inside", "timeout=5\"5, max=9\"9", ABSENT, ABSENT),
                new Row("two equals", "timeout==5, max==9", ABSENT, ABSENT),
                new Row("ten digits", "timeout=1000000000, max=0000000001", ABSENT, ABSENT),
                new Row("beyond int", "timeout=2147483648, max=4294967296", ABSENT, ABSENT),
                new Row("beyond long", "timeout=" + "9".repeat(100) + ", max=7", ABSENT, 7),
                new Row("digits of other scripts", "timeout=\u0665, max=\u00b2", ABSENT, ABSENT),
                new Row("name of another script", "t\u0131meout=5, ma\u0445=9", ABSENT, ABSENT),
                new Row("NUL", "timeout=5\0, max=9", ABSENT, 9),
                new Row("split line", "timeout=5\r\nX: y, max=9", ABSENT, 9),
                new Row("name with more to it", "xtimeout=5, maximum=9", ABSENT, ABSENT),
                new Row("beyond the sixteenth element", "a,".repeat(16) + "timeout=5", ABSENT, ABSENT),
                new Row("the fifteenth element", "a,".repeat(14) + "timeout=5,max=9", 5, 9));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource({"understood", "notUnderstood", "hostile"})
    void isReadLeniently(Row row) {
        assertThat(KeepAliveHeader.parse(row.value)).isEqualTo(new KeepAliveHeader(row.timeout, row.max));
    }

    @Test
    void whatSaysNothingIsTheSharedEmptyHeader() {
        assertThat(KeepAliveHeader.parse("hello=5")).isSameAs(KeepAliveHeader.EMPTY);
    }

    record Format(int timeout, int max, String text) {}

    private static Stream<Format> formats() {
        return Stream.of(
                new Format(5, 99, "timeout=5, max=99"),
                new Format(5, ABSENT, "timeout=5"),
                new Format(ABSENT, 99, "max=99"),
                new Format(0, 0, "timeout=0, max=0"),
                new Format(Integer.MAX_VALUE, Integer.MAX_VALUE, "timeout=2147483647, max=2147483647"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("formats")
    void isWrittenAsHttpdWritesIt(Format row) {
        KeepAliveHeader header = new KeepAliveHeader(row.timeout, row.max);

        assertThat(header.format()).isEqualTo(row.text);
        assertThat(header.isEmpty()).isFalse();
    }

    @Test
    void isEmptyWithoutBothParameters() {
        assertThat(KeepAliveHeader.EMPTY.isEmpty()).isTrue();
        assertThat(new KeepAliveHeader(ABSENT, ABSENT).isEmpty()).isTrue();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("io.github.jettykeepalive.policy.HostileText#seeds")
    void readsWhatANaiveReaderReads(long seed) {
        HostileText texts = new HostileText(seed);
        for (int i = 0; i < HostileText.VALUES; i++) {
            String text = texts.next() + "=" + texts.next();
            KeepAliveHeader header = KeepAliveHeader.parse(text);

            assertThat(header)
                    .as("seed %d, value %d: <%s>", seed, i, text)
                    .isEqualTo(new KeepAliveHeader(naive("timeout", text), naive("max", text)));
            if (!header.isEmpty()) {
                assertThat(KeepAliveHeader.parse(header.format())).isEqualTo(header);
            }
        }
    }

    private static int naive(String name, String text) {
        String space = "[\\s\\x1c-\\x1f]*";
        Pattern parameter =
                Pattern.compile("(?i)" + space + name + space + "=[\\s\\x1c-\\x1f\"]*([0-9]{1,9})[\\s\\x1c-\\x1f\"]*");
        return Stream.of(text.split("[,;]", 16))
                .map(parameter::matcher)
                .filter(Matcher::matches)
                .findFirst()
                .map(matcher -> Integer.parseInt(matcher.group(1)))
                .orElse(ABSENT);
    }

    // --- by the library

    /** What is not a byte on the wire may still come from a customizer. */
    private static final String[] WIDE = {
        "\u2003", "\u3000", "\u0130", "\u0131", "\u212a", "\uff1d", "\u0665", "\ud83d\ude00", "\ud83d"
    };

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("io.github.jettykeepalive.policy.HostileText#seeds")
    void readsWhatAReaderWithTheLibrarysMeansReads(long seed) {
        HostileText texts = new HostileText(seed);
        Random random = new Random(seed);
        for (int i = 0; i < HostileText.VALUES; i++) {
            String text = texts.next() + parameter(texts, random) + texts.next() + parameter(texts, random);

            assertThat(KeepAliveHeader.parse(text))
                    .as("seed %d, value %d: <%s>", seed, i, text)
                    .isEqualTo(byTheLibrary(text));
        }
    }

    private static String parameter(HostileText texts, Random random) {
        String name = random.nextBoolean() ? "timeout" : "max";
        String wide = random.nextInt(4) > 0 ? "" : WIDE[random.nextInt(WIDE.length)];
        String separators = ",".repeat(random.nextInt(3) * random.nextInt(8));
        return separators
                + switch (random.nextInt(4)) {
                    case 0 -> wide + name + "=" + random.nextInt(100);
                    case 1 -> name + wide + " =\"" + random.nextInt() + "\" " + wide;
                    case 2 -> name.toUpperCase(Locale.ROOT) + "=" + wide + texts.next();
                    default -> name.replace("i", "\u0131") + "=" + random.nextInt(10) + wide + ";";
                };
    }

    private static KeepAliveHeader byTheLibrary(String value) {
        int timeout = ABSENT;
        int max = ABSENT;
        for (String part : value.split("[,;]", 16)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? "" : part.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            if (name.equals("timeout") && timeout == ABSENT) {
                timeout = number(part.substring(equals + 1));
            } else if (name.equals("max") && max == ABSENT) {
                max = number(part.substring(equals + 1));
            }
        }
        return new KeepAliveHeader(timeout, max);
    }

    private static int number(String text) {
        String digits = text.replace('"', ' ').strip();
        return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : ABSENT;
    }

    // --- what it costs

    /** A field that many clients send with every request: nothing is made for it but the result. */
    @Test
    void readingMakesNothingButTheResult() {
        String value = "timeout=\"5\" ; hello = \"world\", Max=99, , mode";
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        int rounds = 10_000;
        int sum = 0;
        for (int i = 0; i < rounds; i++) {
            sum += KeepAliveHeader.parse(value).max();
        }
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < rounds; i++) {
            sum += KeepAliveHeader.parse(value).max();
        }
        long bytes = (threads.getThreadAllocatedBytes(thread) - before) / rounds;

        assertThat(sum).isEqualTo(2 * rounds * 99);
        assertThat(bytes).as("bytes for one field").isLessThanOrEqualTo(24);
    }
}
