package io.github.jettykeepalive.interop.client.lib;

import io.github.jettykeepalive.interop.client.Asker;
import java.io.IOException;
import java.net.URI;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.jspecify.annotations.Nullable;

/** Apache HttpClient 5, with room in its pool for a connection of each worker. */
public final class ApacheAsker implements Asker {
    private final CloseableHttpClient client = HttpClients.custom()
            .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnTotal(100)
                    .build())
            .build();

    @Override
    public Reply ask(URI uri, @Nullable String content) throws IOException {
        var request = content == null
                ? ClassicRequestBuilder.get(uri)
                : ClassicRequestBuilder.post(uri).setEntity(content);
        return client.execute(
                request.build(), response -> new Reply(response.getCode(), EntityUtils.toString(response.getEntity())));
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
