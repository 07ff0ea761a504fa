package io.github.jettykeepalive.coexist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.ProxyConnectionFactory.ProxyEndPoint;
import org.eclipse.jetty.server.ProxyCustomizer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a request tells of its client when somebody stands between. */
class RequestViewTest {
    /** PROXY version 2, TCP over IPv4, 192.0.2.1:513 to 192.0.2.2:514, and a TLV of type 0xE0: {@code abc}. */
    private static final String PROXY_V2 =
            "\r\n\r\n\0\r\nQUIT\n" + "\41\21\0\22" + "\300\0\2\1" + "\300\0\2\2" + "\2\1\2\2" + "\340\0\3abc";

    @ParameterizedTest
    @EnumSource
    void forwardedRequestCustomizer(Http http) throws Exception {
        try (TestServer server = http.server()
                        .httpConfiguration(c -> c.addCustomizer(new ForwardedRequestCustomizer()))
                        .start(RequestViewTest::describe);
                RawClient client = RawClient.connect(server.port())) {
            String[] fields = {
                "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https", "X-Forwarded-Host: www.example.com"
            };

            assertThat(Ask.answer(client, fields).body()).isEqualTo("https://www.example.com/ secure from 192.0.2.7");
            assertThat(Ask.answer(client).body()).isEqualTo("http://localhost/ from 127.0.0.1");
        }
    }

    private static boolean describe(Request request, Response response, Callback callback) {
        String text = request.getHttpURI() + (request.isSecure() ? " secure" : "") + " from "
                + Request.getRemoteAddr(request);
        Content.Sink.write(response, true, text, callback);
        return true;
    }

    @ParameterizedTest
    @EnumSource
    void proxyCustomizerFindsTheProxyAndTheTlv(Http http) throws Exception {
        try (TestServer server = http.server()
                        .proxyProtocol()
                        .httpConfiguration(c -> c.addCustomizer(new ProxyCustomizer()))
                        .start(RequestViewTest::describeProxy);
                RawClient client = RawClient.connect(server.port())) {
            client.send(PROXY_V2);
            String proxy = "192.0.2.1:513 by way of 127.0.0.1:" + client.localPort() + " with abc";

            assertThat(Ask.answer(client).body()).isEqualTo(proxy);
            assertThat(Ask.answer(client).body()).isEqualTo(proxy);
        }
    }

    private static boolean describeProxy(Request request, Response response, Callback callback) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        String text = Request.getRemoteAddr(request) + ":" + Request.getRemotePort(request) + " by way of "
                + request.getAttribute(ProxyCustomizer.REMOTE_ADDRESS_ATTRIBUTE_NAME) + ":"
                + request.getAttribute(ProxyCustomizer.REMOTE_PORT_ATTRIBUTE_NAME) + " with "
                + new String(((ProxyEndPoint) endPoint).getTLV(0xE0), ISO_8859_1);
        Content.Sink.write(response, true, text, callback);
        return true;
    }
}
