package io.github.jettykeepalive.testing;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One response as it stood on the wire.
 *
 * @param version {@code HTTP/1.1} or {@code HTTP/1.0}, as the status line says
 * @param fields in the order and with the case they were sent
 * @param body the content without its framing, one ISO-8859-1 character for each byte
 * @param complete whether the body reached the end its framing announced: all of its length, the last chunk, or, if
 *     delimited by close, a FIN
 */
public record RawResponse(
        int status,
        String version,
        String reason,
        List<Map.Entry<String, String>> fields,
        String body,
        Framing framing,
        boolean complete) {

    /** How the end of the body is told. */
    public enum Framing {
        /** There is no body: 1xx, 204, 304, or an answer to HEAD. */
        NONE,
        CONTENT_LENGTH,
        CHUNKED,
        /** Neither length nor chunks: the body lasts until the connection ends. */
        CLOSE
    }

    /** All values of a field, one for each line, in order. */
    public List<String> fields(String name) {
        return fields.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** The value of a field, several lines joined by {@code ", "}. */
    public Optional<String> field(String name) {
        var values = fields(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
    }

    @Override
    public String toString() {
        var text = new StringBuilder(version + " " + status + " " + reason + "\n");
        fields.forEach(field -> text.append(field.getKey() + ": " + field.getValue() + "\n"));
        return text.append("(" + framing + (complete ? ") " : ", incomplete) ") + Transcript.quote(body))
                .toString();
    }
}
