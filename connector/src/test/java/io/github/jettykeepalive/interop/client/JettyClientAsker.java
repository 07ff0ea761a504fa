package io.github.jettykeepalive.interop.client;

import java.net.URI;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.StringRequestContent;
import org.jspecify.annotations.Nullable;

/** Jetty's own client; one connection at a time, for a second one would be idle for longer than the worker pauses. */
final class JettyClientAsker implements Asker {
    private final HttpClient client = new HttpClient();

    JettyClientAsker() throws Exception {
        client.setMaxConnectionsPerDestination(1);
        client.start();
    }

    @Override
    public Reply ask(URI uri, @Nullable String content) throws Exception {
        var request = client.newRequest(uri);
        if (content != null) {
            request.method("POST").body(new StringRequestContent(content));
        }
        var response = request.send();
        return new Reply(response.getStatus(), response.getContentAsString());
    }

    @Override
    public void close() throws Exception {
        client.stop();
    }
}
