package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpGenerator;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.util.BufferUtil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is expected of Jetty's generator, and that the generator does it. */
class FramingTest {
    private static final String ROWS = """
            1.1 | 200 | ''                                          | more     | CHUNKED_IF_KEPT
            1.1 | 200 | ''                                          | last     | OWN_END
            1.1 | 200 | ''                                          | trailers | OWN_END
            1.1 | 200 | Content-Length: 2                           | more     | OWN_END
            1.1 | 204 | ''                                          | more     | OWN_END
            1.1 | 304 | ''                                          | more     | OWN_END
            1.1 | 200 | Transfer-Encoding: chunked                  | more     | OWN_END
            1.1 | 200 | Transfer-Encoding: chunked                  | last     | OWN_END
            1.1 | 200 | Transfer-Encoding: gzip, chunked            | more     | OWN_END
            1.1 | 200 | Transfer-Encoding: gzip / Transfer-Encoding: chunked | more | OWN_END
            1.1 | 200 | Transfer-Encoding: gzip                     | more     | CHUNKED_IF_KEPT
            1.1 | 200 | Transfer-Encoding: gzip / Transfer-Encoding: x | more  | CHUNKED_IF_KEPT
            1.1 | 200 | Transfer-Encoding: identity                 | more     | CHUNKED_IF_KEPT
            1.1 | 200 | Transfer-Encoding: gzip                     | last     | LENGTH_OF_A_CODING
            1.1 | 200 | Transfer-Encoding: gzip / Content-Length: 2 | more     | LENGTH_OF_A_CODING
            1.0 | 200 | ''                                          | more     | CLOSE
            1.0 | 200 | ''                                          | last     | OWN_END
            1.0 | 200 | ''                                          | trailers | CLOSE
            1.0 | 200 | Content-Length: 2                           | more     | OWN_END
            1.0 | 204 | ''                                          | more     | OWN_END
            1.0 | 200 | Transfer-Encoding: gzip                     | more     | CLOSE
            1.0 | 200 | Transfer-Encoding: gzip, chunked            | more     | CLOSE
            1.0 | 200 | Transfer-Encoding: gzip                     | last     | OWN_END
            0.9 | 200 | ''                                          | more     | NO_HEADER
            0.9 | 200 | Content-Length: 2                           | last     | NO_HEADER
            0.9 | 204 | ''                                          | last     | NO_HEADER
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = ROWS)
    void isWhatTheGeneratorDoes(String version, int status, String lines, String content, Framing expected)
            throws IOException {
        HttpFields.Mutable fields = fields(lines);
        boolean last = !content.equals("more");
        var exchange =
                new Exchange(HttpVersion.fromString("HTTP/" + version), status, last, content.equals("trailers"));

        Framing framing = Framing.of(exchange.version, exchange.response(fields), fields, last);

        assertThat(framing).isEqualTo(expected);
        Generated kept = exchange.generate(fields, true);
        assertThat(kept.persistent).isEqualTo(framing.mayBeKept());
        if (framing == Framing.CHUNKED_IF_KEPT) {
            assertThat(kept.marksItsEnd()).isTrue();
            assertThat(exchange.generate(fields, false).marksItsEnd()).isFalse();
            ConnectionFields.chunk(fields);
            // Told to, it writes on a closing connection what it writes by itself on one that is kept.
            assertThat(exchange.generate(fields, false).coding()).isEqualTo(kept.coding());
        }
        assertThat(exchange.generate(fields, false).marksItsEnd()).isEqualTo(framing.marksItsEnd());
    }

    private static HttpFields.Mutable fields(String lines) {
        HttpFields.Mutable fields = HttpFields.build();
        for (String line : lines.isEmpty() ? List.<String>of() : List.of(lines.split(" / "))) {
            String[] parts = line.split(": ", 2);
            fields.add(parts[0], parts[1]);
        }
        return fields;
    }

    /** What came of it: the header, and whether the connection is kept. */
    private record Generated(String header, int status, boolean persistent) {
        String coding() {
            return value("transfer-encoding: ");
        }

        private String value(String name) {
            int at = header.indexOf(name);
            return at < 0 ? "" : header.substring(at + name.length(), header.indexOf("\r\n", at));
        }

        /** RFC 9112 section 6.3, from what a client reads. */
        boolean marksItsEnd() {
            if (header.isEmpty()) {
                return false;
            }
            boolean length = coding().isEmpty() && !value("content-length: ").isEmpty();
            return status == 204 || status == 304 || length || coding().endsWith("chunked");
        }
    }

    private record Exchange(HttpVersion version, int status, boolean last, boolean trailers) {
        MetaData.Response response(HttpFields fields) {
            return new MetaData.Response(status, null, version, fields, -1, trailers ? () -> HttpFields.EMPTY : null);
        }

        Generated generate(HttpFields fields, boolean persistent) throws IOException {
            var generator = new HttpGenerator();
            generator.setPersistent(persistent);
            ByteBuffer header = BufferUtil.allocate(1024);
            ByteBuffer content = status == 200 ? BufferUtil.toBuffer("ab") : BufferUtil.EMPTY_BUFFER;
            generator.generateResponse(response(fields), false, header, null, content, last);
            return new Generated(
                    BufferUtil.toString(header).toLowerCase(Locale.ROOT), status, generator.isPersistent());
        }
    }
}
