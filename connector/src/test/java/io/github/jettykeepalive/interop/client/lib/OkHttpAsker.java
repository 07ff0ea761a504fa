package io.github.jettykeepalive.interop.client.lib;

import io.github.jettykeepalive.interop.client.Asker;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** OkHttp, with room in its pool for a connection of each worker. */
public final class OkHttpAsker implements Asker {
    private final OkHttpClient client = new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(100, 5, TimeUnit.MINUTES))
            .build();

    @Override
    public Reply ask(URI uri, @Nullable String content) throws IOException {
        var request = new Request.Builder().url(uri.toString());
        if (content != null) {
            request.post(RequestBody.create(content.getBytes(StandardCharsets.US_ASCII)));
        }
        try (var response = client.newCall(request.build()).execute()) {
            return new Reply(response.code(), response.body().string());
        }
    }
}
