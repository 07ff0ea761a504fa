package io.github.jettykeepalive.hostile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An application that remembers which requests it was given. The path is {@code /id/mode}; the mode says how to answer. Every
 * response has the id in {@link #ID}.
 */
final class Witness implements Request.Handler {
    static final String DECOY = "/decoy/read";
    static final String ID = "X-Id";
    static final List<String> MODES =
            List.of("read", "early", "part", "stream", "async", "large", "fail", "cut", "close", "none", "interim");

    /** Those whose response may break off. */
    static final Set<String> BREAKING = Set.of("cut", "fail");

    /** Those that answer from another thread, or while the content is still to be read. */
    static final List<String> CROSSED = List.of("async", "async", "part", "stream", "interim");

    private static final ByteBuffer LARGE = ByteBuffer.allocate(100_000).asReadOnlyBuffer();

    private final Executor others;
    private final Map<String, AtomicInteger> served = new ConcurrentHashMap<>();
    private final Queue<String> decoys = new ConcurrentLinkedQueue<>();

    /**
     * @param others runs what is not answered on the thread that asked
     */
    Witness(Executor others) {
        this.others = others;
    }

    /** How often a request reached the application. */
    int served(String id) {
        AtomicInteger count = served.get(id);
        return count == null ? 0 : count.get();
    }

    /** How many requests reached the application. */
    int served() {
        return served.size();
    }

    /** Requests that nobody has sent. */
    Queue<String> decoys() {
        return decoys;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String[] path = Request.getPathInContext(request).split("/", 3);
        if (path.length < 3
                || path[1].equals("decoy")
                || "decoy".equals(request.getHeaders().get("Host"))) {
            decoys.add(request.toString());
            Response.writeError(request, response, callback, 500);
            return true;
        }
        served.computeIfAbsent(path[1], id -> new AtomicInteger()).incrementAndGet();
        response.getHeaders().put(ID, path[1]);
        answer(path[2], request, response, callback);
        return true;
    }

    private void answer(String mode, Request request, Response response, Callback callback) {
        switch (mode) {
            case "early" -> Content.Sink.write(response, true, "early", callback);
            case "part" -> {
                Content.Chunk chunk = request.read();
                if (chunk != null) {
                    chunk.release();
                }
                Content.Sink.write(response, true, "part", callback);
            }
            case "stream" -> stream(response, callback, "a", "b", "c");
            case "async" -> others.execute(() -> readAll(request, response, callback));
            case "large" -> response.write(true, LARGE.slice(), callback);
            case "fail" -> callback.failed(new Expected());
            case "cut" ->
                response.write(
                        false,
                        StandardCharsets.US_ASCII.encode("cut"),
                        Callback.from(() -> callback.failed(new Expected()), callback::failed));
            case "close" -> {
                response.getHeaders().put("Connection", "close");
                Content.Sink.write(response, true, "close", callback);
            }
            case "none" -> {
                response.setStatus(204);
                callback.succeeded();
            }
            case "interim" ->
                response.writeInterim(103, HttpFields.build().put("Link", "</a>"))
                        .whenComplete((done, failure) -> readAll(request, response, callback));
            default -> readAll(request, response, callback);
        }
    }

    private static void readAll(Request request, Response response, Callback callback) {
        Content.Source.consumeAll(
                request, Callback.from(() -> Content.Sink.write(response, true, "all", callback), callback::failed));
    }

    private static void stream(Response response, Callback callback, String... parts) {
        if (parts.length == 0) {
            callback.succeeded();
            return;
        }
        String[] rest = java.util.Arrays.copyOfRange(parts, 1, parts.length);
        ByteBuffer part = StandardCharsets.US_ASCII.encode(parts[0]);
        response.write(false, part, Callback.from(() -> stream(response, callback, rest), callback::failed));
    }

    /** What an application may well throw; the log names it. */
    static final class Expected extends Exception {
        private static final long serialVersionUID = 1L;

        Expected() {
            super("the application fails, as it was told to", null, false, false);
        }
    }
}
