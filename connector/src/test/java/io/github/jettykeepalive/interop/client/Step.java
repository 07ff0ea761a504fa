package io.github.jettykeepalive.interop.client;

import io.github.jettykeepalive.interop.Question;
import java.time.Duration;

/** One request of a worker, after a pause. */
record Step(Duration pause, Question question, String url) {

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
