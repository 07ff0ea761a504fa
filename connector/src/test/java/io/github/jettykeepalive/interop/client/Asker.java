package io.github.jettykeepalive.interop.client;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A client library, used as its documentation shows first; shared by all workers. */
public interface Asker extends AutoCloseable {
    /** The response as far as it matters here. */
    record Reply(int status, String body) {}

    /** Asks by GET, or by POST if there is content. */
    Reply ask(URI uri, @Nullable String content) throws Exception;

    @Override
    default void close() throws Exception {}
}
