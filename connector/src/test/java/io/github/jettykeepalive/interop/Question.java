package io.github.jettykeepalive.interop;

import org.jspecify.annotations.Nullable;

/**
 * A request that is asked once and must be executed once: {@code /echo/ID}.
 *
 * @param id unique within a run; letters, digits and hyphens
 * @param content what is posted; null for a GET
 */
public record Question(String id, @Nullable String content) {
    private static final String FILLING = "lorem-ipsum-".repeat(20);

    /** A client's request with that number: every second one is a POST, of a few hundred bytes. */
    public static Question of(int client, int number) {
        String id = client + "-" + number;
        return new Question(id, number % 2 == 0 ? null : FILLING + id);
    }

    public String method() {
        return content == null ? "GET" : "POST";
    }

    public String path() {
        return Origin.ECHO + id;
    }

    /** The right answer. */
    public String answer() {
        return Origin.answer(id, content == null ? "" : content);
    }
}
