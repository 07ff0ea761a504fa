package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How a discard ends: once, with the response sent and its permit given back. */
class BodyDiscardTest {
    private final List<String> diary = new ArrayList<>();
    private @Nullable AsyncListener listener;

    /** See {@link Fakes#of}. */
    public final class Async {
        public void setTimeout(long millis) {
            diary.add("timeout " + millis);
        }

        public void addListener(AsyncListener newListener) {
            listener = newListener;
        }

        public void complete() {
            diary.add("complete");
        }
    }

    /** The stream of a filter that holds the content itself. */
    private static final class Blocking extends ServletInputStream {
        @Override
        public int read() {
            return 'x';
        }

        @Override
        public boolean isFinished() {
            return false;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener readListener) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void aStreamThatTakesNoListenerEndsItOnce() throws Exception {
        AsyncContext async = Fakes.of(AsyncContext.class, new Async());
        BodyDiscard.start(
                async,
                new CountingInput(new Blocking()),
                () -> diary.add("response"),
                new BodyDiscard.Limits(0, 500),
                () -> 0L,
                () -> diary.add("permit"));
        assertThat(listener).isNotNull();
        listener.onTimeout(new AsyncEvent(async));
        listener.onComplete(new AsyncEvent(async));
        assertThat(diary).containsExactly("timeout 500", "response", "permit", "complete");
    }
}
