package io.github.jettykeepalive.interop.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** {@code java.net.http}. */
final class JdkHttpClientAsker implements Asker {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Override
    public Reply ask(URI uri, @Nullable String content) throws Exception {
        var request = HttpRequest.newBuilder(uri);
        if (content != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(content));
        }
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Reply(response.statusCode(), response.body());
    }
}
