package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.CLOSE;
import static io.github.jettykeepalive.Ask.KEEP_ALIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.jettykeepalive.testing.End;
import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers that send the last byte of the response first, and then read the request, or close, or wait for what may come. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_2", "TLS_1_3"})
class AnswerFirstWireTest {
    /** Content in many pieces has arrived all the same: how many Jetty may discard is its setting. */
    @ParameterizedTest
    @ValueSource(ints = {-1, 1000})
    void manyPiecesThatHaveArrivedDoNotEndTheConnection(int reads) throws Exception {
        try (var rig = Rig.start(
                        Wire.PLAIN,
                        factory -> factory.getHttpConfiguration().setMaxUnconsumedRequestContentReads(reads),
                        Rig::hello);
                var client = rig.connect()) {
            for (int i = 0; i < 3; i++) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "1\r\nx\r\n".repeat(100) + "0\r\n\r\n");
                RawResponse response = client.readResponse();
                assertThat(response.fields("Connection")).isEmpty();
            }
        }
    }

    private static final int SIZE = 200_000;
    private static final String REPLY = "bird";

    @Parameter
    private Wire wire;

    private static byte[] piece() {
        return "x".repeat(SIZE / 2).getBytes(StandardCharsets.US_ASCII);
    }

    private static String post(String connection) {
        return Ask.request("POST / HTTP/1.1", connection, "Content-Length: " + SIZE);
    }

    private static ByteBuffer reply() {
        return BufferUtil.toBuffer(REPLY);
    }

    /** The client sends the first half, has the whole response, and only then sends the second. */
    private int readAfterTheAnswer(String connection, Request.Handler handler, CompletableFuture<Integer> read)
            throws Exception {
        try (var rig = Rig.start(wire, handler);
                var client = rig.connect()) {
            client.send(post(connection)).send(piece());
            RawResponse response = client.readResponse();
            client.send(piece());
            int count = read.get(20, TimeUnit.SECONDS);
            client.halfClose();
            client.expectFin();

            assertThat(response.body()).isEqualTo(REPLY);
            assertThat(response.fields("Connection")).containsExactly("close");
            return count;
        }
    }

    /** Jetty discards a number of reads, and looking at what they bring makes no more of them. */
    @Test
    void contentThatHasArrivedIsDiscardedInAsManyReadsAsByJettyItself() throws Exception {
        byte[] record = new byte[12_000];
        var sent = new CountDownLatch(1);
        int reads = wire.isTls() ? 6 : 12;
        try (var rig = Rig.start(
                        wire,
                        factory -> factory.getHttpConfiguration().setMaxUnconsumedRequestContentReads(reads),
                        (request, response, callback) -> {
                            sent.await(10, TimeUnit.SECONDS);
                            response.write(true, reply(), callback);
                            return true;
                        });
                var client = rig.connect()) {
            client.send(Ask.request("POST / HTTP/1.1", "Content-Length: " + 5 * record.length));
            client.send(record).send(record).send(record).send(record).send(record);
            sent.countDown();
            assertThat(client.readResponse().fields("Connection")).isEmpty();
            client.send(Ask.get());
            assertThat(client.readResponse().body()).isEqualTo(REPLY);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {KEEP_ALIVE, CLOSE})
    void contentIsReadAfterTheLastWriteByBlocking(String connection) throws Exception {
        var read = new CompletableFuture<Integer>();
        Request.Handler handler = (request, response, callback) -> {
            try (var blocker = Blocker.callback()) {
                response.write(true, reply(), blocker);
                blocker.block();
            }
            try (InputStream in = Content.Source.asInputStream(request)) {
                read.complete(in.readAllBytes().length);
            } catch (Throwable x) {
                read.completeExceptionally(x);
            }
            callback.succeeded();
            return true;
        };
        assertThat(readAfterTheAnswer(connection, handler, read)).isEqualTo(SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {KEEP_ALIVE, CLOSE})
    void contentIsReadAfterTheLastWriteByDemand(String connection) throws Exception {
        var read = new CompletableFuture<Integer>();
        var calls = new AtomicInteger();
        Request.Handler handler = (request, response, callback) -> {
            Callback written = Callback.from(() -> new Reader(request, callback, read, calls).run(), callback::failed);
            response.write(true, reply(), written);
            return true;
        };
        assertThat(readAfterTheAnswer(connection, handler, read)).isEqualTo(SIZE);
        // Stock needs about thirty; a spinning selector makes as many in a millisecond.
        assertThat(calls).hasValueLessThan(1000);
    }

    /** Reads all there is, and demands when there is nothing. */
    private static final class Reader implements Runnable {
        private final Request request;
        private final Callback callback;
        private final CompletableFuture<Integer> read;
        private final AtomicInteger calls;
        private int count;

        Reader(Request request, Callback callback, CompletableFuture<Integer> read, AtomicInteger calls) {
            this.request = request;
            this.callback = callback;
            this.read = read;
            this.calls = calls;
        }

        @Override
        public void run() {
            calls.incrementAndGet();
            for (Content.Chunk chunk = request.read(); chunk != null; chunk = request.read()) {
                count += chunk.remaining();
                chunk.release();
                if (Content.Chunk.isFailure(chunk)) {
                    read.completeExceptionally(chunk.getFailure());
                    callback.failed(chunk.getFailure());
                    return;
                }
                if (chunk.isLast()) {
                    read.complete(count);
                    callback.succeeded();
                    return;
                }
            }
            request.demand(this);
        }
    }

    /** The demand is answered from within, by what arrived before the last write. */
    @ParameterizedTest
    @CsvSource({
        "KEEP, Content-Length: 5, 12345",
        "CLOSE, Content-Length: 5, 12345",
        "KEEP, Content-Length: 5, 123",
        "KEEP, Transfer-Encoding: chunked, '5~12345~0~~'",
        "CLOSE, Transfer-Encoding: chunked, '5~12345~'"
    })
    void contentThatHasArrivedIsToldOf(String connection, String framing, String content) throws Exception {
        var told = new CompletableFuture<String>();
        Request.Handler handler = (request, response, callback) -> {
            Callback written = Callback.from(
                    () -> request.demand(() -> {
                        Content.Chunk chunk = request.read();
                        told.complete(BufferUtil.toString(chunk.getByteBuffer()));
                        chunk.release();
                        callback.succeeded();
                    }),
                    callback::failed);
            response.write(true, reply(), written);
            return true;
        };
        try (var rig = Rig.start(wire, handler);
                var client = rig.connect()) {
            String field = connection.equals("CLOSE") ? CLOSE : KEEP_ALIVE;
            client.send(Ask.request("POST / HTTP/1.1", field, framing) + content.replace("~", "\r\n"));
            assertThat(client.readResponse().body()).isEqualTo(REPLY);
            assertThat(told.get(10, TimeUnit.SECONDS)).isEqualTo(content.contains("12345") ? "12345" : content);
        }
    }

    /** As with stock Jetty, what nobody has read is gone once the exchange is complete: a request log does not see it. */
    @ParameterizedTest
    @CsvSource({"Content-Length: 5, 12345", "Transfer-Encoding: chunked, '5~12345~0~~'"})
    void contentThatNobodyReadIsNotForTheRequestLog(String framing, String content) throws Exception {
        var seen = new CompletableFuture<String>();
        try (var rig = Rig.start(
                        wire,
                        factory -> {},
                        server -> server.configure(jetty -> jetty.setRequestLog((request, response) -> {
                            Content.Chunk chunk = request.read();
                            seen.complete(
                                    chunk == null ? "nothing" : chunk.remaining() + " bytes, last: " + chunk.isLast());
                        })),
                        Rig::hello);
                var client = rig.connect()) {
            client.send(Ask.request("POST / HTTP/1.1", framing) + content.replace("~", "\r\n"));
            assertThat(client.readResponse().body()).isEqualTo("hello");
            assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo("0 bytes, last: true");
        }
    }

    /** The end point that an application closes is closed for the application, however long the socket lingers. */
    @ParameterizedTest
    @ValueSource(strings = {KEEP_ALIVE, CLOSE})
    void endPointThatWasClosedIsClosed(String connection) throws Exception {
        var closed = new CompletableFuture<String>();
        Request.Handler handler = (request, response, callback) -> {
            response.write(
                    true,
                    reply(),
                    Callback.from(
                            () -> {
                                EndPoint endPoint = request.getConnectionMetaData()
                                        .getConnection()
                                        .getEndPoint();
                                endPoint.close();
                                closed.complete("open=" + endPoint.isOpen() + ", in=" + endPoint.isInputShutdown()
                                        + ", out=" + endPoint.isOutputShutdown());
                                callback.succeeded();
                            },
                            callback::failed));
            return true;
        };
        try (var rig = Rig.start(wire, handler);
                var client = rig.connect()) {
            client.send(post(connection)).send(piece());
            assertThat(client.readResponse().body()).isEqualTo(REPLY);
            assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo("open=false, in=true, out=true");
            client.halfClose();
            client.expectFin();
        }
    }

    /** Who waits for content when the end point is closed hears of it, and does not wait for ever. */
    @Test
    void demandIsFailedByTheClose() throws Exception {
        var failed = new CompletableFuture<Boolean>();
        var demanded = new CountDownLatch(1);
        Request.Handler handler = (request, response, callback) -> {
            response.write(
                    true,
                    reply(),
                    Callback.from(
                            () -> {
                                request.demand(() -> {
                                    Content.Chunk chunk = request.read();
                                    failed.complete(Content.Chunk.isFailure(chunk));
                                    callback.failed(
                                            chunk == null ? new AssertionError("no chunk") : chunk.getFailure());
                                });
                                demanded.countDown();
                            },
                            callback::failed));
            demanded.await();
            request.getConnectionMetaData().getConnection().getEndPoint().close();
            return true;
        };
        try (var rig = Rig.start(wire, handler);
                var client = rig.connect()) {
            client.send(post(CLOSE));
            assertThat(client.readResponse().body()).isEqualTo(REPLY);
            assertThat(failed.get(10, TimeUnit.SECONDS)).isTrue();
            client.halfClose();
            client.expectFin();
        }
    }

    /** A request is complete and its content is still awaited: whoever waits is called all the same, as by Jetty. */
    @Test
    void demandIsAnsweredByTheEndOfTheExchange() throws Exception {
        var called = new CompletableFuture<Boolean>();
        Request.Handler handler = (request, response, callback) -> {
            response.write(
                    true,
                    reply(),
                    Callback.from(
                            () -> {
                                request.demand(() -> called.complete(true));
                                callback.succeeded();
                            },
                            callback::failed));
            return true;
        };
        try (var rig = Rig.start(wire, handler);
                var client = rig.connect()) {
            client.send(post(KEEP_ALIVE));
            RawResponse response = client.readResponse();
            assertThat(response.body()).isEqualTo(REPLY);
            assertThat(response.fields("Connection")).containsExactly("close");
            assertThat(called.get(10, TimeUnit.SECONDS)).isTrue();
            client.halfClose();
            client.expectFin();
        }
    }

    /** And it reads what Jetty tells of: over TLS, that the socket below is closed. */
    @Test
    void readerThatWaitsAtTheEndOfTheExchangeHearsWhatJettySays() throws Exception {
        assumeFalse(Rig.JETTY_12_0, "Jetty 12.0 lets nobody read once the exchange is over");
        var told = new CompletableFuture<String>();
        Request.Handler handler = (request, response, callback) -> {
            request.demand(() -> {
                Throwable failure = request.read().getFailure();
                told.complete(
                        String.valueOf(failure instanceof ClosedChannelException ? failure : failure.getMessage()));
            });
            callback.succeeded();
            return true;
        };
        try (var rig = Rig.start(wire, handler);
                var client = rig.connect()) {
            client.send(post(KEEP_ALIVE)).readResponse();
            assertThat(told.get(10, TimeUnit.SECONDS))
                    .isEqualTo(wire.isTls() ? ClosedChannelException.class.getName() : "Unconsumed");
            client.halfClose();
            client.expectFin();
        }
    }

    /** What was demanded, has arrived and was not read is no reason to close: Jetty consumes it. */
    @ParameterizedTest
    @CsvSource({"Content-Length: 5, 12345", "Transfer-Encoding: chunked, '5~12345~0~~'"})
    void contentThatWasDemandedAndHasArrivedDoesNotEndTheConnection(String framing, String content) throws Exception {
        Request.Handler handler = (request, response, callback) -> {
            request.demand(() -> response.write(true, reply(), callback));
            return true;
        };
        try (var rig = Rig.start(wire, handler);
                var client = rig.connect()) {
            for (int i = 0; i < 3; i++) {
                client.send(Ask.request("POST / HTTP/1.1", framing));
                client.awaitRead();
                RawResponse response = client.send(content.replace("~", "\r\n")).readResponse();
                assertThat(response.body()).isEqualTo(REPLY);
                assertThat(response.fields("Connection")).isEmpty();
            }
        }
    }

    private static Request.Handler answerAndWait(CountDownLatch mayEnd) {
        return (request, response, callback) -> {
            response.write(true, reply(), Callback.NOOP);
            mayEnd.await();
            callback.succeeded();
            return true;
        };
    }

    /** A client that has our FIN may stop sending (curl does): it comes when the application is done, not with the last byte. */
    @Test
    void ourFinWaitsForTheApplicationThatReadsOn() throws Exception {
        var mayEnd = new CountDownLatch(1);
        try (var rig = Rig.start(wire, answerAndWait(mayEnd));
                var client = rig.connect()) {
            RawResponse response = client.send(post(KEEP_ALIVE)).readResponse();
            assertThat(response.fields("Connection")).containsExactly("close");
            assertThat(client.patience(Duration.ofMillis(200)).readToEof().end())
                    .isEqualTo(End.TIMEOUT);
            mayEnd.countDown();
            client.patience(Rig.PATIENCE).expectFin();
            client.halfClose();
        }
    }

    /** Jetty would not have kept the connection of a client that waits for a 100, so nothing is gained by waiting. */
    @Test
    void ourFinComesWithTheLastByteWhereJettyEndsTheConnection() throws Exception {
        var mayEnd = new CountDownLatch(1);
        try (var rig = Rig.start(wire, answerAndWait(mayEnd));
                var client = rig.connect()) {
            client.send(Ask.request("POST / HTTP/1.1", "Expect: 100-continue", "Content-Length: " + SIZE) + "x");
            assertThat(client.readResponse().fields("Connection")).containsExactly("close");
            client.expectFin();
            mayEnd.countDown();
            client.halfClose();
        }
    }

    /** Jetty gives up on content that nobody reads after some pieces; the response is whole all the same. */
    @Test
    void responseOfUnknownLengthIsWholeThoughMuchContentIsUnread() throws Exception {
        var arrived = new CountDownLatch(1);
        Request.Handler handler = (request, response, callback) -> {
            arrived.await();
            response.write(false, reply(), callback);
            return true;
        };
        try (var rig = Rig.start(wire, handler);
                var client = rig.connect()) {
            var sent = client.send(post(KEEP_ALIVE)).sendInBackground(SIZE);
            arrived.countDown();
            RawResponse response = client.readResponse();
            assertThat(response.body()).isEqualTo(REPLY);
            assertThat(response.complete()).isTrue();
            sent.cancel(false);
            client.close();
            // A stop that comes in between has Jetty end the exchange twice.
            rig.awaitCloses(1);
        }
    }

    /** A client that has gone ends the reading, as it does with stock Jetty; nothing goes round. */
    @Test
    void clientThatGoesEndsTheReading() throws Exception {
        var read = new CompletableFuture<Integer>();
        var calls = new AtomicInteger();
        Request.Handler handler = (request, response, callback) -> {
            response.write(
                    true,
                    reply(),
                    Callback.from(() -> new Reader(request, callback, read, calls).run(), callback::failed));
            return true;
        };
        try (var rig = Rig.start(wire, handler);
                var client = rig.connect()) {
            client.send(post(CLOSE)).send(piece());
            assertThat(client.readResponse().body()).isEqualTo(REPLY);
            client.halfClose();
            client.expectFin();
            Eventually.await(Duration.ofSeconds(10), "the reading fails", read::isCompletedExceptionally);
            assertThat(calls).hasValueLessThan(1000);
        }
    }
}
