package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.TestKeys;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The JDK's {@link HttpURLConnection} takes a Keep-Alive field for granted only if {@code Connection} names it; without
 * one it gives an idle connection up after 5 s.
 */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class UrlConnectionTest {
    private static final int REQUESTS = 20;

    @Parameter
    private Wire wire;

    private final SSLSocketFactory tls = TestKeys.clientSslContext().getSocketFactory();
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();

    private boolean remember(Request request, Response response, Callback callback) {
        ports.add(Request.getRemotePort(request));
        return Rig.hello(request, response, callback);
    }

    /** Asks that often, and returns how many connections it took. */
    private int connectionsFor(Consumer<KeepAliveConnectionFactory> settings) throws Exception {
        try (var rig = Rig.start(wire, settings, this::remember)) {
            for (int i = 0; i < REQUESTS; i++) {
                var connection = (HttpURLConnection) rig.uri("/").toURL().openConnection(Proxy.NO_PROXY);
                assertThat(read(connection)).isEqualTo("hello");
                assertThat(connection.getHeaderField("Keep-Alive")).startsWith("timeout=29, max=");
                assertThat(connection.getHeaderField("Connection")).isEqualTo("keep-alive");
            }
        }
        return ports.size();
    }

    private String read(HttpURLConnection connection) throws IOException {
        if (connection instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(tls);
        }
        try (var in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void oneConnectionServesAllItsRequests() throws Exception {
        assertThat(connectionsFor(factory -> {})).isEqualTo(1);
    }

    /** It takes {@code max=1} for "no further request": so the field is read, its timeout too. */
    @Test
    void fieldIsHeeded() throws Exception {
        assertThat(connectionsFor(factory -> factory.setMaxRequests(2))).isEqualTo(REQUESTS);
    }
}
