package io.github.jettykeepalive.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.testing.Eventually;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the sweep costs: the CPU time of its thread, as a share of one core. To run only this:
 *
 * <pre>mvn -pl connector -Pbench verify -Dit.test=SweepBench</pre>
 *
 * {@code -Dbench.entries}, {@code -Dbench.sockets} and {@code -Dbench.seconds} change how many and how long.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SweepBench {
    private static final int ENTRIES = Integer.getInteger("bench.entries", 100_000);
    private static final int SOCKETS = Integer.getInteger("bench.sockets", 10_000);
    private static final int SECONDS = Integer.getInteger("bench.seconds", 20);
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final AtomicReference<Thread> sweep = new AtomicReference<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, this::sweepThread);
    private final KeepAliveConnectionFactory factory = new KeepAliveConnectionFactory();
    private final Server server = new Server();
    private final ServerConnector connector =
            new ServerConnector(server, null, new ScheduledExecutorScheduler(timer), null, 1, 1, factory);

    private Thread sweepThread(Runnable task) {
        var thread = new Thread(task, "sweep");
        thread.setDaemon(true);
        sweep.set(thread);
        return thread;
    }

    @BeforeEach
    void start() throws Exception {
        // Jetty keeps a hundred kilobytes for each parser that has seen a field twice; that is not what is measured.
        factory.getHttpConfiguration().setHeaderCacheSize(0);
        factory.setMaxRequests(0);
        factory.setKeepAliveTimeout(300_000);
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(600_000);
        connector.setAcceptQueueSize(4096);
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                Content.Sink.write(response, true, "hello", callback);
                return true;
            }
        });
        server.start();
        timer.prestartAllCoreThreads();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
        timer.shutdownNow();
    }

    /** A connection as real as it gets without a socket: Jetty's own, on an end point in memory. */
    private ByteArrayEndPoint connect() {
        var endPoint = new ByteArrayEndPoint(null, 600_000, null, 1024, true);
        Connection connection = factory.newConnection(connector, endPoint);
        endPoint.setConnection(connection);
        connection.onOpen();
        ask(endPoint);
        return endPoint;
    }

    private static void ask(ByteArrayEndPoint endPoint) {
        endPoint.addInput(REQUEST);
        if (!endPoint.takeOutput().hasRemaining()) {
            throw new AssertionError("not answered: " + endPoint);
        }
    }

    /** The share of one core that the sweep takes while the work is done. */
    private double share(String what, Work work) throws Exception {
        var threads = ManagementFactory.getThreadMXBean();
        work.during(TimeUnit.SECONDS.toNanos(1)); // all are filed
        long start = System.nanoTime();
        long cpu = threads.getThreadCpuTime(sweep.get().getId());
        long requests = work.during(TimeUnit.SECONDS.toNanos(SECONDS));
        cpu = threads.getThreadCpuTime(sweep.get().getId()) - cpu;
        long elapsed = System.nanoTime() - start;
        double percent = 100.0 * cpu / elapsed;
        System.out.printf(
                "%s: %.3f %% of one core (%d ms in %.1f s; %.0f requests/s; %d open, %d timers)%n",
                what,
                percent,
                cpu / 1_000_000,
                elapsed / 1e9,
                requests * 1e9 / elapsed,
                factory.getLedger().getOpen(),
                timer.getQueue().size());
        assertThat(timer.getQueue().size()).as("timers of ours").isLessThanOrEqualTo(1);
        return percent;
    }

    /** What goes on meanwhile. */
    @FunctionalInterface
    private interface Work {
        /** Goes on for so long, and says how many requests that were. */
        long during(long nanos) throws Exception;
    }

    private static long nothing(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos);
        return 0;
    }

    @Test
    void idleAndMovingEntries() throws Exception {
        List<ByteArrayEndPoint> crowd = new ArrayList<>(ENTRIES);
        for (int i = 0; i < ENTRIES; i++) {
            crowd.add(connect());
        }
        assertThat(factory.getLedger().getIdle()).isEqualTo(ENTRIES);

        assertThat(share(ENTRIES + " idle entries", SweepBench::nothing)).isLessThan(1);
        var random = new Random(1);
        assertThat(share(ENTRIES + " entries with moving deadlines", nanos -> askAround(crowd, random, nanos)))
                .isLessThan(1);
        assertThat(factory.getLedger().getOpen()).isEqualTo(ENTRIES);
    }

    /** Some thousand requests a second, each to anybody: every one moves a deadline. */
    private static long askAround(List<ByteArrayEndPoint> crowd, Random random, long nanos) {
        long end = System.nanoTime() + nanos;
        long requests = 0;
        while (System.nanoTime() - end < 0) {
            for (int i = 0; i < 100; i++) {
                ask(crowd.get(random.nextInt(crowd.size())));
                requests++;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return requests;
    }

    @Test
    void idleSockets() throws Exception {
        var client = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Clients.class.getName(),
                        Integer.toString(connector.getLocalPort()),
                        Integer.toString(SOCKETS))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Eventually.await(
                    Duration.ofMinutes(2),
                    "all are idle",
                    factory.getLedger()::getIdle,
                    idle -> idle == SOCKETS || !client.isAlive());

            assertThat(share(SOCKETS + " idle sockets", SweepBench::nothing)).isLessThan(1);
            assertThat(factory.getLedger().getIdle()).isEqualTo(SOCKETS);
        } finally {
            client.destroy();
            client.waitFor();
        }
    }

    /** Runs in the other JVM, which has file descriptors of its own. */
    static final class Clients {

        private Clients() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            var address = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
            List<SocketChannel> channels = new ArrayList<>();
            for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                var channel = SocketChannel.open(address);
                channel.write(ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.US_ASCII)));
                channel.read(ByteBuffer.allocate(1000));
                channels.add(channel);
            }
            TimeUnit.MINUTES.sleep(10);
            channels.clear();
        }
    }
}
