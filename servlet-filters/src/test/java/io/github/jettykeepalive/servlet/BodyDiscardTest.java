package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
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

    private final class Response implements BodyDiscard.Answer {
        @Override
        public void send(boolean cutOff) {
            diary.add(cutOff ? "early response" : "response");
        }

        @Override
        public void sentTooEarly(CountingInput content, long discarded) {
            diary.add("the rest after " + discarded);
        }
    }

    @Test
    void aStreamThatTakesNoListenerEndsItOnce() throws Exception {
        AsyncContext async = Fakes.of(AsyncContext.class, new Async());
        BodyDiscard.start(
                async,
                new CountingInput(new Blocking()),
                new Response(),
                new BodyDiscard.Limits(0, 500),
                () -> 0L,
                () -> diary.add("permit"));
        assertThat(listener).isNotNull();
        listener.onTimeout(new AsyncEvent(async));
        listener.onComplete(new AsyncEvent(async));
        assertThat(diary).containsExactly("timeout 500", "response", "permit", "complete");
    }

    private ReadListener start(FakeInput input, BodyDiscard.Limits limits, AsyncContext async) {
        var content = new CountingInput(input);
        BodyDiscard.start(async, content, new Response(), limits, () -> 0L, () -> diary.add("permit"));
        return Objects.requireNonNull(input.listener);
    }

    /** The permit is back by the time of the second part, which may not come: a container may not call. */
    @Test
    void whatIsCutOffHasASecondPart() throws Exception {
        AsyncContext async = Fakes.of(AsyncContext.class, new Async());
        var input = new FakeInput(new ByteArrayInputStream(new byte[100_000]));
        start(input, new BodyDiscard.Limits(16_000, 500), async).onDataAvailable();
        Objects.requireNonNull(listener).onComplete(new AsyncEvent(async));
        assertThat(diary)
                .containsExactly("timeout 500", "early response", "permit", "complete", "the rest after 16384");
    }

    @Test
    void aTimeoutCutsOff() throws Exception {
        AsyncContext async = Fakes.of(AsyncContext.class, new Async());
        start(new FakeInput(InputStream.nullInputStream()), new BodyDiscard.Limits(0, 500), async);
        Objects.requireNonNull(listener).onTimeout(new AsyncEvent(async));
        listener.onComplete(new AsyncEvent(async));
        assertThat(diary).containsExactly("timeout 500", "early response", "permit", "complete", "the rest after 0");
    }

    @Test
    void contentThatEndsInTimeHasNone() throws Exception {
        AsyncContext async = Fakes.of(AsyncContext.class, new Async());
        start(new FakeInput(InputStream.nullInputStream()), new BodyDiscard.Limits(0, 500), async)
                .onDataAvailable();
        Objects.requireNonNull(listener).onComplete(new AsyncEvent(async));
        assertThat(diary).containsExactly("timeout 500", "response", "permit", "complete");
    }

    @Test
    void aBlockingDiscardHasTheSameBounds() throws Exception {
        var input = new CountingInput(new FakeInput(new ByteArrayInputStream(new byte[100_000])));
        BodyDiscard.blocking(input, new BodyDiscard.Limits(16_000, 500), () -> 0L);
        assertThat(input.count()).isEqualTo(16_384);
        var now = new AtomicLong();
        BodyDiscard.blocking(input, new BodyDiscard.Limits(0, 500), () -> now.getAndAdd(300_000_000));
        assertThat(input.count()).isEqualTo(16_384 * 3);
        BodyDiscard.blocking(input, new BodyDiscard.Limits(0, 500), () -> 0L);
        assertThat(input.count()).isEqualTo(100_000);
        BodyDiscard.Limits limits = new BodyDiscard.Limits(1000, 500);
        assertThat(limits.after(400, 100).maxBytes()).isEqualTo(600);
        assertThat(limits.after(1400, 100).maxBytes()).isEqualTo(100);
        assertThat(new BodyDiscard.Limits(0, 500).after(400, 100).maxBytes()).isZero();
    }
}
