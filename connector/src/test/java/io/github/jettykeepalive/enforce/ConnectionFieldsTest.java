package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.ConnectionOptions;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionFieldsTest {
    /** Fields as lines; one that begins with {@code ~} is of no header that Jetty knows, and goes out verbatim. */
    private static HttpFields.Mutable fields(String... lines) {
        HttpFields.Mutable fields = HttpFields.build();
        for (String line : lines) {
            boolean verbatim = line.startsWith("~");
            String[] parts = line.substring(verbatim ? 1 : 0).split(": ?", 2);
            fields.add(
                    verbatim
                            ? new HttpField((HttpHeader) null, parts[0], parts[1])
                            : new HttpField(parts[0], parts[1]));
        }
        return fields;
    }

    private static List<String> lines(HttpFields fields) {
        return fields.stream()
                .map(field -> (field.getHeader() == null ? "~" : "") + field.getName() + ": " + field.getValue())
                .toList();
    }

    // --- what the application set

    record Options(String rule, List<String> before, ConnectionOptions options, List<String> after) {}

    private static Options row(String rule, String before, ConnectionOptions options, String after) {
        return new Options(rule, list(before), options, list(after));
    }

    private static List<String> list(String lines) {
        return lines.isEmpty() ? List.of() : List.of(lines.split(" / ", -1));
    }

    private static Stream<Options> options() {
        ConnectionOptions none = ConnectionOptions.NONE;
        ConnectionOptions close = ConnectionOptions.CLOSE;
        ConnectionOptions keepAlive = ConnectionOptions.KEEP_ALIVE;
        ConnectionOptions both = ConnectionOptions.BOTH;
        return Stream.of(
                row("nothing", "", none, ""),
                row("other fields", "Server: x / ~X-Y: close", none, "Server: x / ~X-Y: close"),
                row("close", "Connection: close", close, "Connection: close"),
                row("any case", "CONNECTION: Close", close, "CONNECTION: Close"),
                row("keep-alive", "Connection: keep-alive", keepAlive, "Connection: keep-alive"),
                row("both", "Connection: close, keep-alive", both, "Connection: close, keep-alive"),
                row(
                        "lines",
                        "Connection: close / Connection: keep-alive",
                        both,
                        "Connection: close / Connection: keep-alive"),
                row("another option", "Connection: upgrade", none, "Connection: upgrade"),
                row("empty", "Connection: ", none, "Connection: "),
                row("only we say how long", "Keep-Alive: timeout=99 / Server: x", none, "Server: x"),
                row("on every line", "Keep-Alive: timeout=9 / Keep-Alive: max=9", none, ""),
                row("verbatim close", "~Connection: close / Server: x", close, "Server: x"),
                row("verbatim keep-alive, any case", "~connection: Keep-Alive", keepAlive, ""),
                row("verbatim and not", "~Connection: close / Connection: keep-alive", both, "Connection: keep-alive"),
                row("verbatim Keep-Alive", "~keep-alive: timeout=99", none, ""),
                row("verbatim Keep-Alive is no list of options", "~Keep-Alive: close", none, ""));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("options")
    void whatTheApplicationSetIsReadAndCleared(Options row) {
        HttpFields.Mutable fields = fields(row.before.toArray(String[]::new));

        assertThat(ConnectionFields.options(fields)).isEqualTo(row.options);
        assertThat(lines(fields)).isEqualTo(row.after);
    }

    @Test
    void aFieldWithoutValueIsNoOption() {
        HttpFields.Mutable fields = HttpFields.build()
                .add(new HttpField(HttpHeader.CONNECTION, (String) null))
                .add(new HttpField((HttpHeader) null, "Connection", null));

        assertThat(ConnectionFields.options(fields)).isEqualTo(ConnectionOptions.NONE);
        assertThat(fields).hasSize(1);
    }

    // --- what we say

    record Written(String rule, String before, Consumer<HttpFields.Mutable> change, String after) {
        @Override
        public String toString() {
            return rule + ": " + before;
        }
    }

    private static Stream<Written> written() {
        HttpField announced = new HttpField(HttpHeader.KEEP_ALIVE, "timeout=5, max=99");
        return Stream.of(
                new Written("close", "Server: x", ConnectionFields::close, "Server: x / Connection: close"),
                new Written("close once", "Connection: close", ConnectionFields::close, "Connection: close"),
                new Written("close once, any case", "Connection: Close", ConnectionFields::close, "Connection: Close"),
                new Written("close in a list", "Connection: x, close", ConnectionFields::close, "Connection: x, close"),
                new Written(
                        "close beside others",
                        "Connection: x",
                        ConnectionFields::close,
                        "Connection: x / Connection: close"),
                new Written(
                        "keep, HTTP/1.1: named by a field that Jetty leaves alone",
                        "Server: x",
                        fields -> ConnectionFields.keep(fields, false, announced),
                        "Server: x / Keep-Alive: timeout=5, max=99 / ~Connection: keep-alive"),
                new Written(
                        "keep, HTTP/1.0: Jetty names it",
                        "Connection: keep-alive",
                        fields -> ConnectionFields.keep(fields, true, announced),
                        "Connection: keep-alive / Keep-Alive: timeout=5, max=99"),
                new Written(
                        "keep in silence",
                        "Server: x",
                        fields -> ConnectionFields.keep(fields, false, null),
                        "Server: x"),
                new Written(
                        "keep in silence, 1.0",
                        "Server: x",
                        fields -> ConnectionFields.keep(fields, true, null),
                        "Server: x / Connection: keep-alive"),
                new Written("chunked", "", ConnectionFields::chunk, "Transfer-Encoding: chunked"),
                new Written(
                        "chunked, last of the codings",
                        "Transfer-Encoding: gzip",
                        ConnectionFields::chunk,
                        "Transfer-Encoding: gzip / Transfer-Encoding: chunked"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("written")
    void fieldsAreAddedWhereTheyAreMissing(Written row) {
        HttpFields.Mutable fields = fields(list(row.before).toArray(String[]::new));

        row.change.accept(fields);

        assertThat(lines(fields)).isEqualTo(list(row.after));
    }
}
