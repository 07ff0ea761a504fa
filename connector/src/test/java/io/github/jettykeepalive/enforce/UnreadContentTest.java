package io.github.jettykeepalive.enforce;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jettykeepalive.testing.InBackground;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnreadContentTest {
    private final FakeStream stream = new FakeStream();
    private final Watched content = new Watched(stream, true, false);

    // --- is something left?

    @Test
    void aRequestWithoutContentLeavesNothingAndIsNotLookedAt() {
        assertThat(new Watched(stream, false, false).isLeft()).isFalse();
        assertThat(stream.reads).isZero();
    }

    @Test
    void contentThatHasNotArrivedIsLeft() {
        assertThat(content.isLeft()).isTrue();
    }

    @Test
    void contentThatHasArrivedInPartIsLeft() {
        stream.has("a", "b");

        assertThat(content.isLeft()).isTrue();
    }

    @Test
    void contentThatHasArrivedInFullIsNotLeft() {
        stream.has("a", "b").last("c");

        assertThat(content.isLeft()).isFalse();
        assertThat(stream.reads).isEqualTo(3);
    }

    @Test
    void anEndWithoutContentIsAnEnd() {
        stream.chunks.add(Content.Chunk.EOF);

        assertThat(content.isLeft()).isFalse();
    }

    @Test
    void contentThatFailedIsLeft() {
        stream.has("a").chunks.add(Content.Chunk.from(new EOFException()));

        assertThat(content.isLeft()).isTrue();
        assertThat(stream.reads).isEqualTo(2);
    }

    @Test
    void contentThatFailedUnderItsReaderIsLeft() {
        stream.chunks.add(Content.Chunk.from(new EOFException()));
        content.read();

        assertThat(content.isLeft()).isTrue();
    }

    /** From 12.1 on, each time with another exception, so that one may be suppressed by the other. */
    @Test
    void whoReadsOnMeetsTheFailureAgainAsInJettysStream() {
        Content.Chunk failure = Content.Chunk.from(new EOFException());
        stream.chunks.add(failure);
        assertThat(content.isLeft()).isTrue();

        Content.Chunk again = Content.Chunk.next(failure);
        assertThat(content.read().getFailure()).isSameAs(failure.getFailure());
        for (int i = 0; i < 2; i++) {
            Throwable met = content.read().getFailure();
            assertThat(met).hasSameClassAs(again.getFailure());
            assertThat(met.toString()).isEqualTo(again.getFailure().toString());
            again = Content.Chunk.next(again);
        }
    }

    @Test
    void sixteenChunksAreLookedAtAndNoMore() {
        stream.has(nCopies(15, "x").toArray(String[]::new)).last("x");
        assertThat(content.isLeft()).isFalse();

        FakeStream longer =
                new FakeStream().has(nCopies(16, "x").toArray(String[]::new)).last("x");
        assertThat(new Watched(longer, true, false).isLeft()).isTrue();
        assertThat(longer.reads).isEqualTo(16);
    }

    @Test
    void whatHasComeSinceIsNotLeft() {
        assertThat(content.isLeft()).isTrue();
        stream.has("a").last("b");

        assertThat(content.isLeft()).isFalse();
        assertThat(List.of(read(), read())).containsExactly("a", "b!");
    }

    // --- what the application began to read

    @Test
    void restOfWhatWasReadFromIsLeft() {
        stream.has("a", "b");
        assertThat(read()).isEqualTo("a");

        assertThat(content.isLeft()).isTrue();
        stream.last("c");
        assertThat(List.of(read(), read())).containsExactly("b", "c!");
    }

    @Test
    void restThatHasArrivedIsNotLeft() {
        stream.has("a", "b").last("c");
        assertThat(read()).isEqualTo("a");

        assertThat(content.isLeft()).isFalse();
        assertThat(List.of(read(), read())).containsExactly("b", "c!");
    }

    @Test
    void contentThatWasReadFromInVainIsLeft() {
        assertThat(content.read()).isNull();

        assertThat(content.isLeft()).isTrue();
    }

    @Test
    void contentThatWasReadInFullIsNotLookedAt() {
        stream.last("a");
        assertThat(read()).isEqualTo("a!");

        assertThat(content.isLeft()).isFalse();
        assertThat(stream.reads).isEqualTo(1);
    }

    /** Jetty closes a connection whose response is complete while content is awaited. */
    @Test
    void contentThatIsWaitedForIsLeftAndNotLookedAt() {
        content.demand();
        content.awaited = true;

        assertThat(content.isLeft()).isTrue();
        assertThat(stream.reads).isZero();
        assertThat(stream.demands).isEqualTo(1);
        assertThat(content.calls).isZero();
    }

    @Test
    void contentThatWasDemandedAndHasArrivedIsNotLeft() {
        content.demand();
        stream.last("a");

        assertThat(content.isLeft()).isFalse();
        assertThat(read()).isEqualTo("a!");
    }

    /** Jetty's stream answers a demand from within, and the application responds in that call. */
    @Test
    void whoIsCalledByTheDemandMayRespond() {
        var left = new ArrayList<Boolean>();
        stream.last("a").onDemand = () -> left.add(content.isLeft());

        content.demand();
        assertThat(left).containsExactly(false);
    }

    /** Two may not be in Jetty's stream at once. */
    @Test
    void whoRespondsWhileAnotherThreadDemandsDoesNotLook() {
        var left = new ArrayList<Boolean>();
        stream.last("a").onDemand =
                () -> left.add(InBackground.supply(content::isLeft).join());

        content.demand();
        assertThat(left).containsExactly(true);
        assertThat(stream.reads).isZero();
    }

    @Test
    void contentThatWasWaitedForIsNot() {
        content.demand();
        stream.has("a");
        assertThat(read()).isEqualTo("a");

        assertThat(content.isLeft()).isTrue();
    }

    // --- nothing is lost by looking

    @Test
    void whatWasLookedAtIsReadFirstAndInOrder() {
        stream.has("a", "b");
        content.isLeft();
        stream.has("c").last("d");

        assertThat(List.of(read(), read(), read(), read())).containsExactly("a", "b", "c", "d!");
        assertThat(content.read()).isNull();
    }

    @Test
    void afterAFailureTheFailureIsStillThere() {
        Content.Chunk failure = Content.Chunk.from(new EOFException());
        stream.has("a").chunks.addAll(List.of(failure, failure));
        content.isLeft();

        assertThat(read()).isEqualTo("a");
        assertThat(content.read()).isSameAs(failure);
    }

    @Test
    void whoDemandsWhatWasLookedAtIsCalledAtOnce() {
        stream.has("a", "b");
        content.isLeft();

        content.demand();
        assertThat(content.calls).isEqualTo(1);
        assertThat(read()).isEqualTo("a");
        content.demand();
        assertThat(content.calls).isEqualTo(2);
        assertThat(read()).isEqualTo("b");
        assertThat(stream.demands).isZero();

        content.demand();
        assertThat(content.calls).isEqualTo(2);
        assertThat(stream.demands).isEqualTo(1);
    }

    @Test
    void whoDemandsAfterTheEndIsCalledByJetty() {
        stream.last("a");
        content.isLeft();
        assertThat(read()).isEqualTo("a!");

        content.demand();
        assertThat(content.calls).isZero();
        assertThat(stream.demands).isEqualTo(1);
    }

    @Test
    void whatNobodyWantsIsGoneForEverybody() {
        stream.has("a").last("b");
        content.isLeft();
        stream.chunks.add(Content.Chunk.EOF);

        assertThat(content.consumeAvailable()).isNull();
        assertThat(stream.released).containsExactly("a", "b");
        assertThat(content.read()).isSameAs(Content.Chunk.EOF);
    }

    @Test
    void whatCannotBeConsumedFailsAsItHadInJettysStream() {
        Throwable failure = new EOFException();
        stream.has("a").chunks.add(Content.Chunk.from(failure));
        content.isLeft();

        assertThat(content.consumeAvailable()).isSameAs(failure);
        assertThat(stream.released).containsExactly("a");
        assertThat(stream.consumptions).isZero();
    }

    /** As behind Jetty's own stream: nobody waits for what will not come. */
    @Test
    void whatCouldNotBeConsumedHasFailedForWhoReadsOn() {
        stream.has("a");
        assertThat(content.isLeft()).isTrue();

        Throwable failure = content.consumeAvailable();
        assertThat(failure).isNotNull();
        assertThat(content.read().getFailure()).isSameAs(failure);
        assertThat(content.read().getFailure()).hasMessageContaining("Unconsumed");
        content.demand();
        assertThat(content.calls).isEqualTo(1);
        assertThat(stream.demands).isZero();
        content.release();
        assertThat(content.read()).isNull();
    }

    @Test
    void asMuchIsConsumedAsIfNobodyHadLooked() {
        stream.has(nCopies(16, "x").toArray(String[]::new)).last("x");
        content.isLeft();

        assertThat(content.consumeAvailable()).isNotNull();
        assertThat(stream.released).hasSize(16);
        assertThat(stream.chunks).hasSize(1);
    }

    // --- two threads

    @Test
    void afterTheEndOfTheExchangeNobodyLooks() {
        stream.last("a");
        content.release();

        assertThat(content.isLeft()).isTrue();
        assertThat(stream.reads).isZero();
    }

    /** An application that ends the exchange on one thread while it writes on another. */
    @Test
    void whoEndsTheExchangeWaitsForWhoLooks() throws Exception {
        var looking = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        stream.last("a").onRead = () -> {
            looking.countDown();
            await(goOn);
        };
        var look = InBackground.supply(content::isLeft);
        await(looking);
        var end = InBackground.run(content::release);
        assertThatThrownBy(() -> end.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        goOn.countDown();

        assertThat(look.get(10, TimeUnit.SECONDS)).isFalse();
        end.get(10, TimeUnit.SECONDS);
        assertThat(stream.released).containsExactly("a");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException x) {
            throw new AssertionError(x);
        }
    }

    // --- how much Jetty is set to discard

    @ParameterizedTest
    @CsvSource({"0, true, 0", "1, true, 1", "2, false, 2", "-1, false, 2", "100, false, 2"})
    void asManyAreLookedAtAsJettyIsSetToDiscard(int reads, boolean left, int expected) {
        content.configuration.setMaxUnconsumedRequestContentReads(reads);
        stream.has("a").last("b");

        assertThat(content.isLeft()).isEqualTo(left);
        assertThat(stream.reads).isEqualTo(expected);
    }

    /** Content that Jetty consumes is content that the client has sent without waiting. */
    @Test
    void contentThatIsConsumedSettlesTheExpectation() {
        stream.last("a");
        assertThat(expecting.consumeAvailable()).isNull();

        assertThat(expecting.isContinueOwed()).isFalse();
        assertThat(expecting.isLeft()).isFalse();
    }

    // --- who releases what

    /** Jetty reads on into the same buffer, in pieces as large as if nobody had looked. */
    @Test
    void whatWasLookedAtIsGivenBackAtOnce() {
        stream.has("a", "b").last("c");
        content.isLeft();
        assertThat(stream.released).containsExactly("a", "b", "c");

        Content.Chunk read = content.read();
        assertThat(read.canRetain()).isTrue();
        content.release();
        assertThat(stream.released).containsExactly("a", "b", "c");
        assertThat(StandardCharsets.UTF_8.decode(read.getByteBuffer()).toString())
                .isEqualTo("a");
        assertThat(read.release()).isTrue();
    }

    @Test
    void withoutALookThereIsNothingToRelease() {
        stream.last("a");

        content.release();

        assertThat(stream.released).isEmpty();
        assertThat(read()).isEqualTo("a!");
    }

    // --- 100 Continue

    private final Watched expecting = new Watched(stream, true, true);

    @Test
    void aContinueIsOwedToWhoExpectsIt() {
        assertThat(content.isContinueOwed()).isFalse();
        assertThat(expecting.isContinueOwed()).isTrue();
    }

    @Test
    void aContinueThatWasSentIsNotOwed() {
        expecting.continued();

        assertThat(expecting.isContinueOwed()).isFalse();
    }

    @Test
    void whoseContentComesDoesNotWaitForAContinue() {
        assertThat(expecting.read()).isNull();
        assertThat(expecting.isContinueOwed()).isTrue();
        stream.chunks.add(Content.Chunk.EMPTY);
        expecting.read();
        assertThat(expecting.isContinueOwed()).isTrue();
        stream.has("a");
        expecting.read();
        assertThat(expecting.isContinueOwed()).isFalse();
        expecting.read();
        assertThat(expecting.isContinueOwed()).isFalse();
    }

    /** The next chunk as text, with {@code !} if it is the last. */
    private String read() {
        Content.Chunk chunk = content.read();
        assertThat(chunk).isNotNull();
        return StandardCharsets.UTF_8.decode(chunk.getByteBuffer().slice()) + (chunk.isLast() ? "!" : "");
    }

    private static final class Watched extends UnreadContent {
        private int calls;
        private boolean awaited;
        private final HttpConfiguration configuration = new HttpConfiguration();

        private Watched(HttpStream stream, boolean hasContent, boolean expectsContinue) {
            super(stream, hasContent, expectsContinue);
        }

        @Override
        void callForContent() {
            calls++;
        }

        @Override
        boolean isAwaited() {
            return awaited;
        }

        @Override
        HttpConfiguration configuration() {
            return configuration;
        }
    }

    /** A stream that reads what its test gave it, and then nothing. */
    private static final class FakeStream extends ForwardingStream {
        private final Queue<Content.Chunk> chunks = new ArrayDeque<>();
        private final List<String> released = new ArrayList<>();
        private int reads;
        private int demands;
        private int consumptions;
        private Runnable onDemand = () -> {};
        private Runnable onRead = () -> {};

        private FakeStream() {
            super(null);
        }

        private FakeStream has(String... texts) {
            for (String text : texts) {
                add(text, false);
            }
            return this;
        }

        private FakeStream last(String text) {
            add(text, true);
            return this;
        }

        private void add(String text, boolean last) {
            chunks.add(Content.Chunk.from(StandardCharsets.UTF_8.encode(text), last, () -> released.add(text)));
        }

        @Override
        public void demand() {
            demands++;
            onDemand.run();
        }

        /** As Jetty's: what is left is for nobody. */
        @Override
        public Throwable consumeAvailable() {
            consumptions++;
            return null;
        }

        @Override
        public Content.Chunk read() {
            reads++;
            onRead.run();
            return chunks.poll();
        }
    }
}
