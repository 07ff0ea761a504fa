package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.LingerPolicy;
import io.github.jettykeepalive.policy.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Objects;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Jetty answers some bad requests on another thread than the one that reads. When lingering begins with the answer, the reader
 * may be giving its buffer back, which then is another connection's: nobody may ask for what is in it.
 */
class TakeOverTest {
    private static final String UNREAD = "what Jetty has read and not used";
    private static final String ANOTHERS = "a request on another connection";

    private final Stage stage = new Stage(Stage.POLICY);
    private final MemoryEndPoint wire = new MemoryEndPoint(stage.clock, "127.0.0.1", Stage.IDLE_TIMEOUT);
    private final Reader reader = (Reader) stage.manage(wire, Reader::new);

    TakeOverTest() {
        wire.setConnection(reader);
        reader.onOpen();
        wire.arrive("G");
        assertThat(reader.read()).isEqualTo(1);
    }

    /** Jetty has answered a bad request and lets go of the connection. */
    private void answer() {
        reader.getEndPoint().shutdownOutput();
        reader.getEndPoint().close();
    }

    @Test
    void beforeTheReaderGivesItsBufferBack() {
        answer();
        assertThat(reader.content()).isEqualTo(UNREAD);
        reader.giveBack();
        assertTaken();
    }

    @Test
    void whileTheReaderGivesItsBufferBack() {
        reader.meanwhile = reader::giveBack;
        answer();
        assertTaken();
        assertThat(reader.content()).isEqualTo(ANOTHERS);
    }

    @Test
    void afterTheReaderHasGivenItsBufferBack() {
        reader.giveBack();
        answer();
        assertTaken();
        assertThat(reader.content()).isEqualTo(ANOTHERS);
    }

    /** The thread that answered goes on to read, beside the one that gives the buffer back. */
    @Test
    void whatComesAfterTheAnswerIsNotJettysToRead() {
        reader.getEndPoint().shutdownOutput();
        wire.arrive("late");
        assertThat(reader.read()).isZero();

        reader.getEndPoint().close();
        wire.select();
        assertThat(stage.ledger.getBytesDiscarded()).isEqualTo(4);
    }

    @Test
    void withoutLingeringItIs() {
        LingerPolicy on = Stage.POLICY.linger();
        stage.manager.setPolicy(Stage.POLICY.withLinger(
                new LingerPolicy(false, on.timeout(), on.idleTimeout(), on.maxBytes(), on.maxLingering())));
        reader.getEndPoint().shutdownOutput();
        wire.arrive("late");

        assertThat(reader.read()).isEqualTo(4);
    }

    /** A wait of Jetty's that looked at the connection before it was taken, and registers afterwards. */
    @Test
    void waitThatComesAfterTheTakeOverFails() {
        answer();
        wire.arrive("x").select();
        var failures = new ArrayList<Throwable>();
        reader.connection.gate.await(Callback.from(() -> failures.add(new AssertionError()), failures::add));

        assertThat(failures).singleElement().isInstanceOf(ClosedChannelException.class);
        assertThat(reader.connection.gate.isAwaited()).isFalse();
        assertThat(wire.arrive("late").select()).isTrue();
        assertThat(stage.ledger.getBytesDiscarded()).isEqualTo(5);
    }

    /** The same, but it is there before the one that lingers. */
    @Test
    void waitThatComesInTheMiddleOfTheTakeOverGivesItsPlaceUp() {
        wire.beforeNextWait = () -> wire.tryFillInterested(reader.connection.gate);
        answer();
        stage.advance(DeadlineSweep.TICK);

        assertThat(wire.arrive("late").select()).isTrue();
        assertThat(stage.ledger.getBytesDiscarded()).isEqualTo(4);
        assertTakenOver();
    }

    private void assertTakenOver() {
        assertThat(reader.connection.phase()).isEqualTo(Phase.LINGERING);
        wire.arriveFin().select();
        assertThat(stage.closes()).containsOnlyKeys(CloseReason.PROTOCOL_ERROR);
    }

    private void assertTaken() {
        assertThat(wire.getConnection()).isInstanceOf(LingeringConnection.class);
        assertThat(reader.connection.phase()).isEqualTo(Phase.LINGERING);
        assertThat(stage.ledger.getBytesDiscarded())
                .as("what was in the buffer is nobody's business")
                .isZero();
        wire.arriveFin().select();
        assertThat(stage.closes()).containsOnlyKeys(CloseReason.PROTOCOL_ERROR);
    }

    /** Jetty's connection, as far as its buffer goes. */
    private static final class Reader extends AbstractConnection implements Connection.UpgradeFrom {
        final ManagedConnection connection;
        /** What the thread that reads does in the middle of the take-over. */
        Runnable meanwhile = () -> {};

        private final ByteBuffer pooled = BufferUtil.toBuffer(UNREAD);
        private @Nullable ByteBuffer buffer = pooled;

        Reader(EndPoint managed) {
            super(managed, Runnable::run);
            connection = Objects.requireNonNull(Managed.of(managed));
        }

        /** Reads what is there, and says how much. */
        int read() {
            try {
                return getEndPoint().fill(BufferUtil.allocate(UNREAD.length()));
            } catch (IOException x) {
                throw new UncheckedIOException(x);
            }
        }

        String content() {
            return BufferUtil.toString(pooled, StandardCharsets.US_ASCII);
        }

        /** The next to take it from the pool is another connection. */
        void giveBack() {
            buffer = null;
            BufferUtil.clear(pooled);
            BufferUtil.append(pooled, BufferUtil.toBuffer(ANOTHERS));
        }

        /** As Jetty's does it: a copy of what is left, and the buffer goes back. */
        @Override
        public @Nullable ByteBuffer onUpgradeFrom() {
            ByteBuffer seen = buffer;
            if (seen == null) {
                return null;
            }
            meanwhile.run();
            ByteBuffer unread = BufferUtil.copy(seen);
            BufferUtil.clear(seen);
            return unread;
        }

        @Override
        public void onClose(@Nullable Throwable cause) {
            meanwhile.run();
            super.onClose(cause);
        }

        /** Never called: it waits for nothing. */
        @Override
        public void onFillable() {
            throw new AssertionError();
        }
    }
}
