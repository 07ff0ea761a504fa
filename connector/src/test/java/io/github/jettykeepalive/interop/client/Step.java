package io.github.jettykeepalive.interop.client;

import io.github.jettykeepalive.interop.Question;
import java.time.Duration;

/**
 * One request of a worker.
 *
 * @param pause how long to wait before it
 * @param reuse whether a connection that was left alone for so long is wanted again
 */
record Step(Duration pause, boolean reuse, Question question, String url) {

    /** As the scripts read it. */
    String line(int worker) {
        String content = question.content();
        return String.join(
                " ",
                Integer.toString(worker),
                Double.toString(pause.toNanos() / 1e6),
                question.method(),
                url,
                content == null ? "-" : content);
    }
}
