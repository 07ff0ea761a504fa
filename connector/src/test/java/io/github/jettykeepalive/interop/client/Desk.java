package io.github.jettykeepalive.interop.client;

import io.github.jettykeepalive.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A server beside the one under test: gives a browser its page and its steps, and takes its time where a client cannot wait. */
final class Desk implements AutoCloseable {
    private static final String PAUSE = "/pause/";
    private static final String PAGE = "client.html";

    private final TestServer server;
    private final CompletableFuture<List<String>> told = new CompletableFuture<>();
    private volatile String steps = "";

    Desk() throws Exception {
        server = TestServer.with(HttpConnectionFactory::new)
                .name("desk")
                .connector(connector -> connector.setHost(null))
                .withoutLeakTracking()
                .start(this::handle);
    }

    private boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        if (path.startsWith(PAUSE)) {
            LockSupport.parkNanos(Long.parseLong(path.substring(PAUSE.length())));
            callback.succeeded();
        } else if (path.equals("/told")) {
            told.complete(Content.Source.asString(request, StandardCharsets.UTF_8)
                    .lines()
                    .toList());
            callback.succeeded();
        } else if (path.equals("/steps")) {
            Content.Sink.write(response, true, steps, callback);
        } else {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/html");
            Content.Sink.write(response, true, Files.readString(ScriptDriver.resource(PAGE)), callback);
        }
        return true;
    }

    /** Answers after as many nanoseconds as the number that is appended to it. */
    String pauseUrl() {
        return url() + PAUSE;
    }

    /** The page that takes these steps. */
    String pageUrl(String newSteps) {
        steps = newSteps;
        return url() + "/" + PAGE;
    }

    private String url() {
        return "http://" + ClientHost.SERVER + ":" + server.port();
    }

    /** What the page sent when it was done. */
    List<String> awaitTold(int seconds) throws Exception {
        return told.get(seconds, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
