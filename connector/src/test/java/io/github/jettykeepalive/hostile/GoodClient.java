package io.github.jettykeepalive.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.RawClient;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks one request after the other, on connections of a few requests each, while others misbehave. Closing it asserts that
 * every one was answered, and soon.
 */
final class GoodClient implements AutoCloseable {
    private static final int REQUESTS = 5;
    private static final long PAUSE_NANOS = 5_000_000;

    /** On a busy machine a pause may be as long as the server's idle timeout. */
    private static final long LATE_NANOS = 300_000_000;

    private final int port;
    private final boolean reconnects;
    private final long slowestMillis;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile boolean leaving;
    private volatile int answered;
    private long slowest;

    /**
     * @param reconnects whether it leaves its connection after a few requests and comes back on another
     * @param slowestMillis how long it is ready to wait for an answer, connecting included
     */
    GoodClient(int port, boolean reconnects, long slowestMillis) {
        this.port = port;
        this.reconnects = reconnects;
        this.slowestMillis = slowestMillis;
        new Thread(this::run, "good-client").start();
    }

    private void run() {
        try {
            while (!leaving) {
                converse();
            }
            end.complete(null);
        } catch (Throwable failure) {
            end.completeExceptionally(failure);
        }
    }

    private void converse() throws IOException {
        long begin = System.nanoTime();
        try (var client = RawClient.connect(port)) {
            for (int i = 1; !leaving && (i <= REQUESTS || !reconnects); i++) {
                String id = "good" + answered;
                boolean mayBeLate = i > 1 && System.nanoTime() - begin > LATE_NANOS;
                client.send("GET /" + id + "/read HTTP/1.1\r\nHost: good\r\n\r\n");
                if (mayBeLate && !client.isAnythingToCome()) {
                    return;
                }
                var response = client.readResponse();
                assertThat(response.field(Witness.ID)).as("%s", response).hasValue(id);
                count((System.nanoTime() - begin) / 1_000_000);
                begin = System.nanoTime();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by this client's thread alone
    private void count(long millis) {
        answered++;
        slowest = Math.max(slowest, millis);
    }

    int answered() {
        return answered;
    }

    @Override
    public void close() {
        leaving = true;
        end.join();
        assertThat(answered).isPositive();
        assertThat(slowest).as("ms for the slowest answer").isLessThan(slowestMillis);
    }
}
