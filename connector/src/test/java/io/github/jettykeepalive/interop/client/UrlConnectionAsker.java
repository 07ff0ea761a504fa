package io.github.jettykeepalive.interop.client;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** {@code java.net.HttpURLConnection}, which repeats a POST by default. */
final class UrlConnectionAsker implements Asker {
    @Override
    public Reply ask(URI uri, @Nullable String content) throws IOException {
        var connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        if (content != null) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(content.getBytes(StandardCharsets.US_ASCII));
        }
        int status = connection.getResponseCode();
        try (var input = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Reply(status, new String(input.readAllBytes(), StandardCharsets.US_ASCII));
        }
    }
}
