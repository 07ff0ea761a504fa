package io.github.jettykeepalive.enforce;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;

/**
 * What marks the end of a response's content. Jetty's {@code HttpGenerator} decides it when it writes the header; this is the same
 * decision, made a moment earlier, because what becomes of the connection depends on it.
 */
enum Framing {
    /** The status, a length that is known, or chunks that the application has asked for: whatever becomes of the connection. */
    OWN_END,
    /** Jetty chunks it if the connection is kept; if not, it has to be told to, or only the close marks the end. */
    CHUNKED_IF_KEPT,
    /**
     * A known length beside a transfer coding that is not chunked. Jetty trusts the length and may keep the connection, but for a client
     * that goes by RFC 9112 section 6.3 only the close marks the end.
     */
    LENGTH_OF_A_CODING,
    /** Only the close: HTTP/1.0 and a length that is not known. */
    CLOSE,
    /** Only the close, and there is no header that could say anything: HTTP/0.9. */
    NO_HEADER;

    /**
     * What the generator will do with a final response that starts no other protocol.
     *
     * @param version that of the response as the generator gets it
     * @param last whether the content that comes with the header is all there is
     */
    static Framing of(HttpVersion version, MetaData.Response response, HttpFields fields, boolean last) {
        if (version == HttpVersion.HTTP_0_9) {
            return NO_HEADER;
        }
        boolean trailers = response.getTrailersSupplier() != null;
        boolean length = response.getContentLength() >= 0 || (last && !trailers);
        boolean coded = false;
        boolean chunked = trailers;
        for (int i = 0; i < fields.size(); i++) {
            HttpField field = fields.getField(i);
            if (field.getHeader() == HttpHeader.CONTENT_LENGTH) {
                length = true;
            } else if (field.getHeader() == HttpHeader.TRANSFER_ENCODING) {
                coded = true;
                chunked |= field.contains(HttpHeaderValue.CHUNKED.asString());
            }
        }
        if (response.getStatus() == HttpStatus.NO_CONTENT_204 || response.getStatus() == HttpStatus.NOT_MODIFIED_304) {
            return OWN_END;
        }
        // The generator chunks for no other version, and leaves the field out there.
        if (version != HttpVersion.HTTP_1_1) {
            return length ? OWN_END : CLOSE;
        }
        if (chunked) {
            return OWN_END;
        }
        return !length ? CHUNKED_IF_KEPT : coded ? LENGTH_OF_A_CODING : OWN_END;
    }

    /** Whether Jetty keeps the connection if nothing else is against it. */
    boolean mayBeKept() {
        return this != CLOSE && this != NO_HEADER;
    }

    /** Whether a client finds the end without the close, once a response that closes the connection is chunked where it can be. */
    boolean marksItsEnd() {
        return this == OWN_END || this == CHUNKED_IF_KEPT;
    }
}
