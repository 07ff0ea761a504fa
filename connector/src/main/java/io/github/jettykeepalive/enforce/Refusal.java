package io.github.jettykeepalive.enforce;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A complete answer that needs no request: for peers that never got one through. */
enum Refusal {
    /** RFC 9110 section 15.5.9: the request's header did not arrive in time. */
    REQUEST_TIMEOUT("408 Request Timeout", ""),
    /** RFC 9110 section 15.6.4: too many connections; the sender may come back in a second. */
    TOO_MANY_CONNECTIONS("503 Service Unavailable", "Retry-After: 1\r\n");

    private final String message;

    Refusal(String status, String fields) {
        message = status + "\r\n" + fields + "Connection: close\r\nContent-Length: 0\r\n\r\n";
    }

    /** The message, ready to be written. */
    ByteBuffer bytes(boolean http10) {
        String version = http10 ? "HTTP/1.0 " : "HTTP/1.1 ";
        return ByteBuffer.wrap((version + message).getBytes(StandardCharsets.US_ASCII));
    }
}
