package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every number alone, with everything else at its default: at the ends of its range it serves, beyond them it is refused. */
class SettingRangesTest {
    private static final long YEAR = 31_536_000_000L;

    /** A setting and its range. */
    private record Range(String name, long least, long most) {
        boolean contains(long value) {
            return value >= least && value <= most;
        }

        Class<?> type() {
            return setter().getParameterTypes()[0];
        }

        private Method setter() {
            return method("set");
        }

        private Method method(String prefix) {
            String method = prefix + Character.toUpperCase(name.charAt(0)) + name.substring(1);
            return Arrays.stream(AbstractKeepAliveConnectionFactory.class.getMethods())
                    .filter(each -> each.getName().equals(method))
                    .findFirst()
                    .orElseThrow();
        }

        void set(KeepAliveConnectionFactory factory, long value) {
            if (type() == int.class) {
                invoke(setter(), factory, (int) value);
            } else {
                invoke(setter(), factory, value);
            }
        }

        long get(KeepAliveConnectionFactory factory) {
            return ((Number) invoke(method("get"), factory)).longValue();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Object invoke(Method method, KeepAliveConnectionFactory factory, Object... arguments) {
        try {
            return method.invoke(factory, arguments);
        } catch (ReflectiveOperationException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new LinkageError(e.getMessage(), e);
        }
    }

    static Stream<Range> ranges() {
        return Stream.of(
                new Range("maxRequests", 0, Integer.MAX_VALUE),
                new Range("keepAliveTimeout", -1, YEAR),
                new Range("advertiseMargin", 0, YEAR),
                new Range("maxAge", 0, YEAR),
                new Range("maxAgeJitter", 0, 100),
                new Range("requestHeaderTimeout", 0, YEAR),
                new Range("lingerTimeout", 1, YEAR),
                new Range("lingerIdleTimeout", 1, YEAR),
                new Range("lingerMaxBytes", 0, Long.MAX_VALUE),
                new Range("lingerMaxRate", 0, Long.MAX_VALUE),
                new Range("maxLingering", 1, Integer.MAX_VALUE),
                new Range("maxConnectionsPerClient", 0, Integer.MAX_VALUE),
                new Range("clientPrefix4", 0, 32),
                new Range("clientPrefix6", 0, 128),
                new Range("maxConnections", 0, Integer.MAX_VALUE),
                new Range("clientClosesFirst", 0, YEAR));
    }

    private static LongStream values(Range range) {
        long greatest = range.type() == int.class ? Integer.MAX_VALUE : Long.MAX_VALUE;
        return LongStream.of(0, -1, 1, range.most, beyond(range.most, greatest), greatest, -greatest - 1)
                .distinct();
    }

    private static long beyond(long most, long greatest) {
        return most == greatest ? most : most + 1;
    }

    @Test
    void everyNumberIsInTheTable() {
        Set<String> numbers = new TreeSet<>();
        for (Method method : AbstractKeepAliveConnectionFactory.class.getDeclaredMethods()) {
            if (method.getName().startsWith("set")
                    && Set.of(int.class, long.class).contains(method.getParameterTypes()[0])) {
                numbers.add(Character.toLowerCase(method.getName().charAt(3))
                        + method.getName().substring(4));
            }
        }
        assertThat(ranges().map(Range::name)).containsExactlyInAnyOrderElementsOf(numbers);
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void rangeIsKeptByTheStart(Range range) throws Exception {
        for (long value : values(range).toArray()) {
            var factory = new KeepAliveConnectionFactory();
            range.set(factory, value);
            assertThat(range.get(factory)).isEqualTo(value);
            if (range.contains(value)) {
                factory.start();
            } else {
                assertThatIllegalArgumentException()
                        .isThrownBy(factory::start)
                        .withMessageStartingWith(range.name + ": " + value)
                        .withMessageMatching(".+ \\(expected: [^()]+\\)");
            }
            assertThat(range.get(factory)).isEqualTo(value);
            factory.stop();
        }
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void rangeIsKeptWhileRunning(Range range) throws Exception {
        var factory = new KeepAliveConnectionFactory();
        factory.start();
        for (long value : values(range).toArray()) {
            long before = range.get(factory);
            if (range.contains(value)) {
                range.set(factory, value);
                assertThat(range.get(factory)).isEqualTo(value);
            } else {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> range.set(factory, value))
                        .withMessageStartingWith(range.name + ": " + value);
                assertThat(range.get(factory)).isEqualTo(before);
            }
        }
        factory.stop();
    }

    /** What a console shows it may set, whatever gave way to whatever. */
    @ParameterizedTest
    @MethodSource("ranges")
    void whatIsReadMayBeWrittenAgain(Range range) throws Exception {
        for (long value : values(range).filter(range::contains).toArray()) {
            if (range.name.equals("clientClosesFirst") && value == YEAR) {
                continue; // There is no lingerTimeout that is longer.
            }
            var factory = new KeepAliveConnectionFactory();
            factory.start();
            range.set(factory, value);
            var read = new TreeMap<String, Long>();
            ranges().forEach(each -> read.put(each.name, each.get(factory)));
            ranges().forEach(each -> each.set(factory, each.get(factory)));
            ranges().forEach(each -> assertThat(each.get(factory)).as(each.name).isEqualTo(read.get(each.name)));
            factory.stop();
        }
    }

    /** No sum of times overflows: a kept connection is kept. */
    @ParameterizedTest
    @MethodSource("ranges")
    void twoRequestsAreServedAtTheMaximum(Range range) throws Exception {
        try (var rig = Rig.start(Wire.PLAIN, factory -> range.set(factory, range.most), Rig::hello);
                var client = rig.connect()) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.send(get()).readResponse().status()).isEqualTo(200);
            }
            client.send(get("Connection: close")).readResponse();
            client.halfClose();
            client.expectFin();
        }
    }
}
