package io.github.jettykeepalive.coexist;

import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A question and its answer. */
final class Ask {
    private Ask() {}

    /** A handler that answers {@code hello}. */
    static boolean hello(Request request, Response response, Callback callback) {
        Content.Sink.write(response, true, "hello", callback);
        return true;
    }

    /** A GET of {@code /} with these fields. */
    static String get(String... fields) {
        StringBuilder text = new StringBuilder("GET / HTTP/1.1\r\nHost: localhost\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    /** What comes back for it. */
    static RawResponse answer(RawClient client, String... fields) throws IOException {
        return client.send(get(fields)).readResponse();
    }
}
