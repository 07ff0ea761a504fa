package io.github.jettykeepalive.bench.jmh;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.bench.HelloHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.Scheduler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One kept-alive request on an end point in memory: the whole way through Jetty on one thread, and nothing else, so that what
 * one factory allocates more than the other is the factory's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RequestBenchmark {
    @Param({"ours", "stock"})
    public String factory;

    /** With or without the field that makes us announce a timeout. */
    @Param({"", "Connection: keep-alive\r\n"})
    public String connection;

    private final Server server = new Server();
    private final EndPoint endPoint = new EndPoint();
    private ByteBuffer request;

    @Setup
    public void start() throws Exception {
        HttpConnectionFactory http = factory.equals("ours") ? ours() : new HttpConnectionFactory();
        var connector = new LocalConnector(server, http);
        server.addConnector(connector);
        server.setHandler(new HelloHandler());
        server.start();
        Connection jetty = http.newConnection(connector, endPoint);
        endPoint.setConnection(jetty);
        jetty.onOpen();
        request = StandardCharsets.US_ASCII.encode(
                "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n" + connection + "\r\n");
    }

    private static KeepAliveConnectionFactory ours() {
        var factory = new KeepAliveConnectionFactory();
        factory.setMaxRequests(0);
        return factory;
    }

    @TearDown
    public void stop() throws Exception {
        server.stop();
    }

    @Benchmark
    public int request() {
        endPoint.answered = 0;
        endPoint.addInput(request.slice());
        if (endPoint.answered == 0) {
            throw new IllegalStateException("not answered: " + endPoint);
        }
        return endPoint.answered;
    }

    /** Takes what is written without copying it, so that a longer answer is not a larger allocation. */
    private static final class EndPoint extends ByteArrayEndPoint {
        private int answered;

        EndPoint() {
            super((Scheduler) null, 600_000);
        }

        @Override
        public boolean flush(ByteBuffer... buffers) {
            for (ByteBuffer buffer : buffers) {
                answered += buffer.remaining();
                buffer.position(buffer.limit());
            }
            return true;
        }
    }
}
