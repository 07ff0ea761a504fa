package io.github.jettykeepalive.testing;

/**
 * What was still to be read from a connection, and how it ended.
 *
 * @param text the bytes, one ISO-8859-1 character each
 * @param end how they ended
 */
public record Rest(String text, End end) {

    @Override
    public String toString() {
        return end + " after " + Transcript.quote(text);
    }
}
