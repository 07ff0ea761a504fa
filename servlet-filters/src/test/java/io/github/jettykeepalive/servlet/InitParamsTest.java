package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class InitParamsTest {
    private static final Supplier<Filter> KEEP_ALIVE = KeepAliveFilter::new;
    private static final Supplier<Filter> LENGTH = ContentLengthFilter::new;
    private static final Supplier<Filter> HOP = HopByHopFilter::new;
    private static final Supplier<Filter> UNREAD = UnreadBodyFilter::new;
    private static final Supplier<Filter> INFO = ConnectionInfoFilter::new;

    static final List<Arguments> BAD = List.of(
            bad(KEEP_ALIVE, "maxRequests", "-3", "maxRequests: -3 (expected: >= 1)"),
            bad(KEEP_ALIVE, "maxRequests", "0", "maxRequests: 0 (expected: >= 1)"),
            bad(KEEP_ALIVE, "maxRequests", "many", "maxRequests: many (expected: >= 1)"),
            bad(KEEP_ALIVE, "maxRequests", "2147483648", "maxRequests: 2147483648 (expected: 1 to 2147483647)"),
            bad(KEEP_ALIVE, "maxRequests", "", "maxRequests:  (expected: >= 1)"),
            bad(KEEP_ALIVE, "keepAliveTimeout", "-1", "keepAliveTimeout: -1 (expected: >= 0)"),
            bad(KEEP_ALIVE, "close", "yes", "close: yes (expected: true or false)"),
            bad(KEEP_ALIVE, "paths", "api", "paths: api (expected: paths such as /exact, /prefix/* or *.extension)"),
            bad(
                    KEEP_ALIVE,
                    "statuses",
                    "100",
                    "statuses: 100 (expected: statuses from 200 to 599 such as 413, 500-504 or 4xx)"),
            bad(KEEP_ALIVE, "methods", "", "methods:  (expected: methods such as PUT, POST)"),
            bad(KEEP_ALIVE, "methods", "GET;POST", "methods: GET;POST (expected: methods such as PUT, POST)"),
            bad(KEEP_ALIVE, "userAgent", "(", "userAgent: ( (expected: a regular expression, not an empty one)"),
            bad(
                    KEEP_ALIVE,
                    "maxRequest",
                    "3",
                    "maxRequest: 3 (expected: one of close, keepAliveTimeout, maxRequests, methods, paths, statuses,"
                            + " userAgent)"),
            bad(LENGTH, "maxBytes", "0", "maxBytes: 0 (expected: 1 to 67108864)"),
            bad(LENGTH, "maxBytes", "67108865", "maxBytes: 67108865 (expected: 1 to 67108864)"),
            bad(LENGTH, "maxTotalBytes", "65535", "maxTotalBytes: 65535 (expected: >= maxBytes: 65536)"),
            bad(LENGTH, "ignoreFlush", "TRUE", "ignoreFlush: TRUE (expected: true or false)"),
            bad(LENGTH, "limit", "1", "limit: 1 (expected: one of ignoreFlush, maxBytes, maxTotalBytes)"),
            bad(HOP, "allowClose", "1", "allowClose: 1 (expected: true or false)"),
            bad(
                    HOP,
                    "removable",
                    "X-Tenant, cookie",
                    "removable: X-Tenant, cookie (expected: names of fields that the container does not read itself)"),
            bad(
                    HOP,
                    "removable",
                    "X-A; X-B",
                    "removable: X-A; X-B (expected: names of fields that the container does not read itself)"),
            bad(HOP, "upgrades", "a;b", "upgrades: a;b (expected: protocols such as websocket)"),
            bad(KEEP_ALIVE, "userAgent", "", "userAgent:  (expected: a regular expression, not an empty one)"),
            bad(KEEP_ALIVE, "paths", "*.", "paths: *. (expected: " + PathPatterns.EXPECTED + ")"),
            bad(KEEP_ALIVE, "maxRequests", "3000000000", "maxRequests: 3000000000 (expected: 1 to 2147483647)"),
            bad(UNREAD, "maxConcurrent", "3000000000", "maxConcurrent: 3000000000 (expected: 1 to 2147483647)"),
            bad(
                    UNREAD,
                    "maxBytes",
                    "99999999999999999999",
                    "maxBytes: 99999999999999999999 (expected: 0 to 9223372036854775807)"),
            bad(UNREAD, "maxBytes", "-99999999999999999999", "maxBytes: -99999999999999999999 (expected: >= 0)"),
            bad(HOP, "allow", "x", "allow: x (expected: one of allowClose, removable, upgrades)"),
            bad(UNREAD, "minBytes", "-1", "minBytes: -1 (expected: >= 0)"),
            bad(UNREAD, "maxBytes", "-1", "maxBytes: -1 (expected: >= 0)"),
            bad(UNREAD, "maxTime", "0", "maxTime: 0 (expected: >= 1)"),
            bad(UNREAD, "maxWait", "0", "maxWait: 0 (expected: >= 1)"),
            bad(UNREAD, "maxConcurrent", "0", "maxConcurrent: 0 (expected: >= 1)"),
            bad(
                    UNREAD,
                    "maxtime",
                    "5",
                    "maxtime: 5 (expected: one of maxBytes, maxConcurrent, maxTime, maxWait, minBytes)"),
            bad(INFO, "mdc", "off", "mdc: off (expected: true or false)"),
            bad(INFO, "prefix", "c", "prefix: c (expected: one of mdc, mdcPrefix)"));

    private static Arguments bad(Supplier<Filter> filter, String name, String value, String message) {
        return Arguments.of(filter, name, value, message);
    }

    @ParameterizedTest(name = "{3}")
    @FieldSource("BAD")
    void aBadParamIsRefusedByName(Supplier<Filter> filter, String name, String value, String message) {
        // The rule needs an action, and "close" is the one that is tested with another value.
        Map<String, String> params = filter == KEEP_ALIVE && !name.equals("close")
                ? Map.of("close", "true", name, value)
                : Map.of(name, value);
        assertThatThrownBy(() -> FakeConfig.init(filter.get(), params))
                .isInstanceOf(ServletException.class)
                .hasMessage(message);
    }

    @Test
    void edgesAreAccepted() {
        assertThatCode(() -> FakeConfig.init(
                        new KeepAliveFilter(),
                        Map.of("maxRequests", " 2147483647 ", "keepAliveTimeout", "9223372036854775807")))
                .doesNotThrowAnyException();
        assertThatCode(() ->
                        FakeConfig.init(new KeepAliveFilter(), Map.of("maxRequests", "1", "keepAliveTimeout", "0")))
                .doesNotThrowAnyException();
        assertThatCode(() -> FakeConfig.init(new UnreadBodyFilter(), Map.of("maxBytes", "0", "maxTime", "1")))
                .doesNotThrowAnyException();
        assertThatCode(() -> FakeConfig.init(new ContentLengthFilter(), Map.of("maxBytes", "1")))
                .doesNotThrowAnyException();
        assertThatCode(() -> FakeConfig.init(new ContentLengthFilter(), Map.of("maxBytes", "67108864")))
                .doesNotThrowAnyException();
        assertThatCode(() -> FakeConfig.init(new HopByHopFilter(), Map.of("upgrades", "", "removable", "")))
                .doesNotThrowAnyException();
    }

    @Test
    void aRuleWithoutAnActionIsRefused() {
        assertThatThrownBy(() -> FakeConfig.init(new KeepAliveFilter(), Map.of("paths", "/*")))
                .hasMessage("maxRequests, keepAliveTimeout, close: none (expected: at least one of them)");
        assertThatThrownBy(() -> FakeConfig.init(new KeepAliveFilter(), Map.of("close", "false")))
                .hasMessage("maxRequests, keepAliveTimeout, close: none (expected: at least one of them)");
    }

    /** The jar's web-fragment.xml defines every filter, and a container makes all that are defined. */
    @Test
    void aRuleThatNobodyAskedForIsNone() {
        assertThatThrownBy(() -> FakeConfig.init(new KeepAliveFilter(), Map.of()))
                .hasMessage("maxRequests, keepAliveTimeout, close: none (expected: at least one of them)");
        assertThatCode(() -> new KeepAliveFilter().init(FakeConfig.unmapped())).doesNotThrowAnyException();
    }

    @Test
    void aListIsSeparatedByCommasOrSpace() {
        assertThat(InitParams.split(" a,b\n\tc ,, d ")).containsExactly("a", "b", "c", "d");
        assertThat(InitParams.split(" ")).isEmpty();
    }
}
