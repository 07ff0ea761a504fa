package io.github.jettykeepalive.demo.board;

import org.jspecify.annotations.Nullable;

/**
 * One open connection.
 *
 * @param id names it
 * @param peer address and port
 * @param secure whether it is TLS
 * @param phase where it is in its life
 * @param reason why it ends, null while that is not decided
 * @param requests served so far
 * @param left further requests allowed, -1 = no limit
 * @param age milliseconds
 * @param idle milliseconds since the last byte
 * @param deadline milliseconds until its phase ends by itself, -1 = never
 */
public record Row(
        long id,
        String peer,
        boolean secure,
        String phase,
        @Nullable String reason,
        int requests,
        int left,
        long age,
        long idle,
        long deadline) {
    /**
     * What a page cannot work out by itself: times that merely go by are not news.
     *
     * @param lastByte when it was, to half a second
     * @param deadline when it is, to half a second
     */
    record News(String phase, @Nullable String reason, int requests, int left, long lastByte, long deadline) {}

    News news(long now) {
        return new News(phase, reason, requests, left, (now - idle) / 500, deadline < 0 ? -1 : (now + deadline) / 500);
    }
}
