package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.testing.ManualClock;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The parts of {@link UnreadBodyFilter}; {@link UnreadBodyWireTest} has the whole. */
class UnreadBodyTest {
    private final FakeRequest container = new FakeRequest();
    private final FakeResponse response = new FakeResponse();
    private final List<String> diary = new ArrayList<>();
    private final ManualClock clock = new ManualClock();

    @Test
    void theBodyIsNotTouchedBeforeTheApplicationTouchesIt() {
        var request = new TrackedRequest(container.body("12345").fake());
        assertThat(request.unread()).isEqualTo(5);
        assertThat(container.streamsOpened()).isZero();
    }

    @Test
    void whatIsReadIsCounted() throws Exception {
        var request = new TrackedRequest(container.body("12345").fake());
        var in = request.getInputStream();
        assertThat(in.read()).isEqualTo('1');
        assertThat(in.read(new byte[2])).isEqualTo(2);
        assertThat(((CountingInput) in).read(ByteBuffer.allocate(1))).isEqualTo(1);
        assertThat(request.unread()).isEqualTo(1);
        assertThat(request.hasUnread()).isTrue();
        in.readAllBytes();
        assertThat(request.unread()).isZero();
        assertThat(request.hasUnread()).isFalse();
    }

    @Test
    void aBodyOfUnknownLengthIsReadOnceItsEndIs() throws Exception {
        var request = new TrackedRequest(
                container.field("Transfer-Encoding", "chunked").fake());
        assertThat(TrackedRequest.hasBody(request)).isTrue();
        assertThat(request.unread()).isEqualTo(-1);
        assertThat(request.hasUnread()).isTrue();
        assertThat(request.getInputStream().read()).isEqualTo(-1);
        assertThat(request.hasUnread()).isFalse();
    }

    @Test
    void streamAndReaderExcludeEachOther() throws Exception {
        var streamed = new TrackedRequest(container.body("12").fake());
        streamed.getInputStream();
        assertThatThrownBy(streamed::getReader).isInstanceOf(IllegalStateException.class);
        var read = new TrackedRequest(container.fake());
        assertThat(read.getReader()).isSameAs(read.getReader());
        assertThatThrownBy(read::getInputStream).isInstanceOf(IllegalStateException.class);
        assertThat(read.getReader().read()).isEqualTo('1');
        assertThat(read.unread()).isZero();
    }

    @Test
    void aClientThatExpectsToBeAskedHasNotBeenAsked() throws Exception {
        var request = new TrackedRequest(
                container.body("1").field("Expect", "100-Continue").fake());
        assertThat(request.isUnasked()).isTrue();
        request.getInputStream();
        assertThat(request.isUnasked()).isFalse();
        assertThat(new TrackedRequest(new FakeRequest().body("1").fake()).isUnasked())
                .isFalse();
    }

    @Test
    void anErrorIsHeldAndLooksSent() throws Exception {
        HeldErrorResponse held = heldErrorResponse(true);
        held.sendError(413, "too much");
        assertThat(held.isCommitted()).isTrue();
        assertThat(held.getStatus()).isEqualTo(413);
        assertThat(response.diary).isEmpty();
        held.sendHeldError();
        held.sendHeldError();
        assertThat(response.diary).containsExactly("error 413 too much");
    }

    @Test
    void anErrorIsNotHeldInVain() throws Exception {
        heldErrorResponse(false).sendError(413);
        assertThat(response.diary).containsExactly("error 413 ");
    }

    @Test
    void anErrorThatCameTooLateIsForgotten() throws Exception {
        HeldErrorResponse held = heldErrorResponse(true);
        held.sendError(413);
        response.commit();
        held.sendHeldError();
        assertThat(response.diary).isEmpty();
    }

    private HeldErrorResponse heldErrorResponse(boolean worthHolding) {
        return new HeldErrorResponse(measurement().response(), () -> worthHolding);
    }

    private Measurement measurement() {
        HoldingPolicy policy = new HoldingPolicy() {
            @Override
            public int maxBytes() {
                return 100;
            }

            @Override
            public boolean isWanted() {
                return true;
            }

            @Override
            public boolean ignoresFlush() {
                return false;
            }

            @Override
            public boolean ignoresClose() {
                return false;
            }
        };
        return Measurement.of(container.fake(), response.fake(), policy);
    }

    /** The container of an asynchronous request. */
    public final class FakeAsync {
        public void setTimeout(long timeout) {
            diary.add("timeout " + timeout);
        }

        public void addListener(AsyncListener listener) {
            diary.add("listener");
        }

        public void complete() {
            diary.add("complete");
        }
    }

    /** A request that can be made asynchronous. */
    public final class FakeAsyncRequest {
        public AsyncContext startAsync() {
            return Fakes.of(AsyncContext.class, new FakeAsync());
        }
    }

    private BodyDiscard discard(FakeInput body, long maxBytes, long maxTime) {
        var request = Fakes.of(HttpServletRequest.class, new FakeAsyncRequest());
        var measurement = measurement();
        var held = new HeldErrorResponse(measurement.response(), () -> true);
        var answer = EarlyAnswer.of(container.fake(), measurement, held);
        BodyDiscard.start(request, new CountingInput(body), answer, new BodyDiscard.Limits(maxBytes, maxTime), clock);
        return (BodyDiscard) Objects.requireNonNull(body.listener);
    }

    private static FakeInput body(int size) {
        return new FakeInput(new ByteArrayInputStream(new byte[size]));
    }

    @Test
    void everythingIsDiscarded() throws Exception {
        discard(body(100_000), 100_000, 500).onDataAvailable();
        assertThat(diary).containsExactly("timeout 500", "listener", "complete");
    }

    @Test
    void noMoreBytesAreDiscardedThanAllowed() throws Exception {
        FakeInput body = body(100_000);
        discard(body, 50_000, 500).onDataAvailable();
        assertThat(diary).endsWith("complete");
        assertThat(body.isFinished()).isFalse();
    }

    @Test
    void noLimitIsNoLimit() throws Exception {
        FakeInput body = body(1_000_000);
        discard(body, 0, 500).onDataAvailable();
        assertThat(body.isFinished()).isTrue();
    }

    @Test
    void bytesThatKeepComingAreNotReadForever() throws Exception {
        FakeInput body = body(100_000);
        BodyDiscard discard = discard(body, 0, 500);
        clock.advance(Duration.ofMillis(501));
        discard.onDataAvailable();
        assertThat(diary).endsWith("complete");
        assertThat(body.isFinished()).isFalse();
    }

    @Test
    void theRequestEndsOnce() {
        BodyDiscard discard = discard(body(1), 0, 500);
        discard.onTimeout(new AsyncEvent(null));
        discard.onAllDataRead();
        discard.onError(new IllegalStateException("on purpose"));
        discard.onError(new AsyncEvent(null));
        assertThat(diary).containsOnlyOnce("complete");
    }

    @Test
    void theRequestDoesNotEndTwice() {
        BodyDiscard discard = discard(body(1), 0, 500);
        discard.onComplete(new AsyncEvent(null));
        discard.onAllDataRead();
        assertThat(diary).doesNotContain("complete");
    }
}
