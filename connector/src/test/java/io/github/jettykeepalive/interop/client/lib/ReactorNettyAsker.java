package io.github.jettykeepalive.interop.client.lib;

import io.github.jettykeepalive.interop.client.Asker;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * The client under Spring's {@code WebClient}; one connection at a time, for a second one would be idle for longer than the worker
 * pauses.
 */
public final class ReactorNettyAsker implements Asker {
    private final HttpClient client = HttpClient.create(ConnectionProvider.create("one", 1));

    @Override
    public Reply ask(URI uri, @Nullable String content) {
        var receiver = content == null
                ? client.get().uri(uri)
                : client.post().uri(uri).send(ByteBufFlux.fromString(Mono.just(content)));
        return receiver.responseSingle((response, body) -> body.asString()
                        .defaultIfEmpty("")
                        .map(text -> new Reply(response.status().code(), text)))
                .blockOptional()
                .orElseThrow();
    }
}
