package io.github.jettykeepalive.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Just enough HTTP/2 to see whether a server speaks it: frames by hand with prior knowledge, else the JDK's client. */
public final class Http2Client {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String EMPTY_SETTINGS = "\0\0\0\4\0\0\0\0\0";
    /** GET / of http://localhost as stream 1: three entries of HPACK's static table and a literal (RFC 7541 appendix A). */
    private static final String REQUEST = "\0\0\16\1\5\0\0\0\1\202\204\206\101\11localhost";

    /** The entries of that table from the eighth on. */
    private static final List<Integer> STATUSES = List.of(200, 204, 206, 304, 400, 404, 500);

    private static final int HEADERS = 1;
    private static final int GOAWAY = 7;
    private static final int MAXIMAL_TABLE_SIZE = 0x3F;
    private static final int FIRST_STATUS = 0x88;

    private Http2Client() {}

    /** Gets {@code /} of a server that is spoken to in HTTP/2 from the first byte; returns the status. */
    public static int priorKnowledge(int port) throws IOException {
        try (var client = RawClient.connect(port).patience(PATIENCE)) {
            client.send(PREFACE + EMPTY_SETTINGS + REQUEST);
            while (true) {
                String frame = client.read(9);
                String payload = client.read(frame.charAt(0) << 16 | frame.charAt(1) << 8 | frame.charAt(2));
                if (frame.charAt(3) == HEADERS) {
                    return status(payload);
                }
                if (frame.charAt(3) == GOAWAY) {
                    throw new AssertionError("GOAWAY: " + payload);
                }
            }
        }
    }

    /** The first field, behind what the encoder may say about its table's size. */
    private static int status(String fields) {
        int at = 0;
        if (fields.charAt(0) == MAXIMAL_TABLE_SIZE) {
            do {
                at++;
            } while (fields.charAt(at) >= 0x80);
            at++;
        }
        return STATUSES.get(fields.charAt(at) - FIRST_STATUS);
    }

    /** Asks for HTTP/2, by ALPN over TLS and by upgrade without; {@link HttpResponse#version} tells what came of it. */
    public static HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(TestKeys.clientSslContext())
                .build();
        var request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
