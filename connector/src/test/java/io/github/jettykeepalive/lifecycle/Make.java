package io.github.jettykeepalive.lifecycle;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import java.util.function.Consumer;
import org.eclipse.jetty.server.HttpConnectionFactory;

/** Whose connection factory: the one under test, and the one that it is measured against. */
enum Make {
    STOCK,
    OURS;

    HttpConnectionFactory factory(Consumer<KeepAliveConnectionFactory> settings) {
        if (this == STOCK) {
            return new HttpConnectionFactory();
        }
        var factory = new KeepAliveConnectionFactory();
        settings.accept(factory);
        return factory;
    }

    HttpConnectionFactory factory() {
        return factory(factory -> {});
    }
}
