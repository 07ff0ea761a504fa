package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.ConnectionOptions;
import java.util.ListIterator;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/** Writes the {@code Connection} and {@code Keep-Alive} fields of a response, so that they never contradict each other. */
final class ConnectionFields {
    private static final HttpField CLOSE =
            new PreEncodedHttpField(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
    private static final HttpField CHUNKED =
            new PreEncodedHttpField(HttpHeader.TRANSFER_ENCODING, HttpHeaderValue.CHUNKED.asString());

    /**
     * Jetty takes the keep-alive option out of the Connection field of every HTTP/1.1 response, and a Keep-Alive field that
     * is not named there is ignored by the JDK's client, for one. A field of no known header it leaves alone.
     */
    private static final HttpField KEEP_ALIVE_VERBATIM = verbatim();

    private ConnectionFields() {}

    @SuppressWarnings("NullAway") // a null header is documented: a field that Jetty does not know
    private static HttpField verbatim() {
        return new PreEncodedHttpField(null, HttpHeader.CONNECTION.asString(), HttpHeaderValue.KEEP_ALIVE.asString());
    }

    /** The options that the application set; those in fields of no known header are taken out and put in as they should be. */
    static ConnectionOptions options(HttpFields.Mutable headers) {
        return isMentioned(headers) ? takeOptions(headers) : ConnectionOptions.NONE;
    }

    private static boolean isMentioned(HttpFields headers) {
        for (int i = 0; i < headers.size(); i++) {
            if (isOurs(headers.getField(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOurs(HttpField field) {
        HttpHeader header = field.getHeader();
        return header == null
                ? HttpHeader.KEEP_ALIVE.is(field.getName()) || HttpHeader.CONNECTION.is(field.getName())
                : header == HttpHeader.KEEP_ALIVE || header == HttpHeader.CONNECTION;
    }

    private static ConnectionOptions takeOptions(HttpFields.Mutable headers) {
        ConnectionOptions options = ConnectionOptions.NONE;
        ListIterator<HttpField> iterator = headers.listIterator();
        while (iterator.hasNext()) {
            HttpField field = iterator.next();
            if (HttpHeader.KEEP_ALIVE.is(field.getName())) {
                // Only we know how long the connection is kept.
                iterator.remove();
            } else if (HttpHeader.CONNECTION.is(field.getName())) {
                options = options.and(ConnectionOptions.parse(text(field)));
                if (field.getHeader() == null) {
                    iterator.remove();
                }
            }
        }
        return options;
    }

    private static String text(HttpField field) {
        String value = field.getValue();
        return value == null ? "" : value;
    }

    /** The connection is kept, and the client may be told for how long. */
    static void keep(HttpFields.Mutable headers, boolean http10, @Nullable HttpField keepAlive) {
        // Jetty says so to those who speak HTTP/1.0, but not to those whom a rule takes for such.
        if (http10 && !headers.contains(HttpHeader.CONNECTION, HttpHeaderValue.KEEP_ALIVE.asString())) {
            headers.add(HttpFields.CONNECTION_KEEPALIVE);
        }
        if (keepAlive == null) {
            return;
        }
        headers.add(keepAlive);
        if (!http10) {
            headers.add(KEEP_ALIVE_VERBATIM);
        }
    }

    /** The connection closes: RFC 9112 section 9.6, to HTTP/1.0 clients too, since a proxy may pass for one. */
    static void close(HttpFields.Mutable headers) {
        if (!headers.contains(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString())) {
            headers.add(CLOSE);
        }
    }

    /**
     * Has the end of the response marked by chunked coding, the last of its codings, rather than by the close, so that it cannot be cut
     * unseen.
     */
    static void chunk(HttpFields.Mutable headers) {
        headers.add(CHUNKED);
    }
}
