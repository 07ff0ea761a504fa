package io.github.jettykeepalive.interop.client;

import io.github.jettykeepalive.interop.Question;
import io.github.jettykeepalive.testing.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Stock Jetty that announces {@code timeout} and {@code max} and enforces neither: whoever closes in time does so because of
 * the announcement.
 */
final class Announcer implements AutoCloseable {
    static final List<String> COLUMNS = List.of("client", "sends keep-alive", "obeys timeout", "obeys max");

    /** One and two more. */
    private static final int REQUESTS = 3;

    private final Duration timeout;
    private final TestServer server;
    private final Map<String, Seen> connections = new ConcurrentHashMap<>();
    private final AtomicBoolean keepAliveAsked = new AtomicBoolean();
    private final AtomicBoolean reusedLate = new AtomicBoolean();
    private final AtomicBoolean reused = new AtomicBoolean();

    private static final class Seen {
        final AtomicInteger requests = new AtomicInteger();
        volatile long answered;
    }

    Announcer(Duration timeout) throws Exception {
        this.timeout = timeout;
        server = TestServer.with(HttpConnectionFactory::new)
                .name("announcer")
                .idleTimeout(Duration.ofMinutes(1))
                .connector(connector -> connector.setHost(null))
                .withoutLeakTracking()
                .start(this::handle);
    }

    int port() {
        return server.port();
    }

    private boolean handle(Request request, Response response, Callback callback) throws Exception {
        var seen = connections.computeIfAbsent(request.getConnectionMetaData().getId() + "", key -> new Seen());
        note(seen, request);
        String path = Request.getPathInContext(request);
        String content = Content.Source.asString(request);
        String id = path.substring(path.lastIndexOf('/') + 1);
        int left = Math.max(0, REQUESTS - seen.requests.get());
        response.getHeaders().add("Keep-Alive", "timeout=" + timeout.toSeconds() + ", max=" + left);
        // Of its own name Jetty would take the option out.
        response.getHeaders().add(new HttpField((HttpHeader) null, "Connection", "keep-alive"));
        var question = new Question(id, content.isEmpty() ? null : content);
        seen.answered = System.nanoTime();
        Content.Sink.write(response, true, question.answer(), callback);
        return true;
    }

    private void note(Seen seen, Request request) {
        if (request.getHeaders().contains(HttpHeader.CONNECTION, "keep-alive")) {
            keepAliveAsked.set(true);
        }
        if (seen.requests.getAndIncrement() > 0) {
            reused.set(true);
            if (System.nanoTime() - seen.answered > timeout.toNanos()) {
                reusedLate.set(true);
            }
        }
    }

    /** What the client makes of an announcement; the first column is whether it asks for it. */
    List<String> row() {
        return List.of(keepAliveAsked.get() ? "yes" : "no", obeysTimeout(), obeysMax());
    }

    private String obeysTimeout() {
        return !reused.get() ? "keeps none" : reusedLate.get() ? "no" : "yes";
    }

    private String obeysMax() {
        int most = connections.values().stream()
                .mapToInt(seen -> seen.requests.get())
                .max()
                .orElse(0);
        return most > REQUESTS ? "no" : most == REQUESTS ? "yes" : most <= 1 ? "keeps none" : "yes, closes one early";
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
