package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The conditions of a {@link KeepAliveRule}. */
class MatchingTest {
    @ParameterizedTest
    @CsvSource({
        "/exact, /exact, true",
        "/exact, /exact/, false",
        "/exact, /exactly, false",
        "/prefix/*, /prefix, true",
        "/prefix/*, /prefix/, true",
        "/prefix/*, /prefix/a/b, true",
        "/prefix/*, /prefixed, false",
        "/*, /anything, true",
        "/*, '', true",
        "*.jsp, /a/b.jsp, true",
        "*.jsp, /a/b.jspx, false",
        "*.jsp, /a/bjsp, false",
        "'/a, *.b', /c.b, true",
        "'/a, *.b', /a, true",
        "'/a, *.b', /c, false",
        "/, /anything/at/all, true",
        "/, '', true",
        "'/a /', /b, true",
        "'', '', true",
        "'', /, true",
        "'', /a, false",
        "'/a, \"\"', /, true",
        "'/a, \"\"', /a, true",
        "'/a, \"\"', /b, false",
    })
    void paths(String patterns, String path, boolean expected) {
        assertThat(PathPatterns.parse(patterns).contain(path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exact", "*", "/a*b", "/a/*/b", "*.a*", "/**", ","})
    void badPaths(String patterns) {
        assertThatThrownBy(() -> PathPatterns.parse(patterns)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "413, 413, true",
        "413, 414, false",
        "5xx, 500, true",
        "5xx, 599, true",
        "5xx, 499, false",
        "5xx, 600, false",
        "500-504, 499, false",
        "500-504, 500, true",
        "500-504, 504, true",
        "500-504, 505, false",
        "'413, 4xx 200', 200, true",
        "200-599, 200, true",
    })
    void statuses(String list, int status, boolean expected) {
        assertThat(StatusCodes.parse(list).contain(status)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "99", "100", "1xx", "6xx", "600", "504-500", "50x", "5XX", "500-", "-500", "4134"})
    void badStatuses(String list) {
        assertThatThrownBy(() -> StatusCodes.parse(list)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void userAgentIsFoundAnywhere() {
        var pattern = UserAgentPattern.parse("Java/1\\.[0-7]");
        assertThat(pattern.matches(agent("MyApp Java/1.6.0"))).isTrue();
        assertThat(pattern.matches(agent("MyApp Java/17"))).isFalse();
        assertThat(pattern.matches(new FakeRequest().fake())).isFalse();
        assertThat(UserAgentPattern.ANY.matches(new FakeRequest().fake())).isTrue();
    }

    @Test
    void userAgentSaysNothingAboutAProxysConnection() {
        var request = new FakeRequest().field("User-Agent", "Java/1.6").field("Via", "1.1 proxy");
        assertThat(UserAgentPattern.parse("Java").matches(request.fake())).isFalse();
    }

    @Test
    void userAgentIsLookedAtNoFurtherThanItsBound() {
        String padding = "x".repeat(MeteredPattern.MAX_LENGTH);
        assertThat(UserAgentPattern.parse("evil").matches(agent(padding + "evil")))
                .isFalse();
        assertThat(UserAgentPattern.parse("evil").matches(agent(padding.substring(4) + "evil")))
                .isTrue();
    }

    /** Its search takes as many steps as the fourth power of the length says. */
    @Test
    void aHostileUserAgentBuysNoTime() {
        var pattern = UserAgentPattern.parse("a.*a.*a.*b");
        var request = agent("a".repeat(100_000));
        boolean matches = Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> pattern.matches(request));
        assertThat(matches).isTrue();
    }

    /** The modules do not know each other, and strangers' text is met in the same way. */
    @Test
    void theConnectorHasTheSamePattern() throws IOException {
        String ours = "src/main/java/io/github/jettykeepalive/servlet/MeteredPattern.java";
        String theirs = "../connector/src/main/java/io/github/jettykeepalive/policy/MeteredPattern.java";
        assertThat(Files.readString(Path.of(ours)).replace("package io.github.jettykeepalive.servlet;", ""))
                .isEqualTo(Files.readString(Path.of(theirs)).replace("package io.github.jettykeepalive.policy;", ""));
    }

    private static jakarta.servlet.http.HttpServletRequest agent(String userAgent) {
        return new FakeRequest().field("User-Agent", userAgent).fake();
    }

    @Test
    void connectionOptionsAreAListInAnyCaseOverAnyNumberOfLines() {
        var options = ConnectionOptions.of(new FakeRequest()
                .field("Connection", ", Keep-ALIVE ,,x")
                .field("connection", " TE")
                .fake());
        assertThat(options.keepAlive()).isTrue();
        assertThat(options.names()).containsExactlyInAnyOrder("Keep-ALIVE", "x", "TE");
        assertThat(options.contains("te")).isTrue();
        assertThat(options.close()).isFalse();
    }

    @Test
    void closeWinsOverKeepAlive() {
        assertThat(ConnectionOptions.of("keep-alive, CLOSE").keepAlive()).isFalse();
        assertThat(ConnectionOptions.of("not-close").close()).isFalse();
        assertThat(ConnectionOptions.of((String) null).names()).isEmpty();
    }
}
