package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HopByHopFilterTest {
    private final FakeRequest request = new FakeRequest();
    private final FakeResponse response = new FakeResponse();

    /** What a chain sees. */
    private interface Application {
        void handle(HttpServletRequest request, HttpServletResponse response) throws Exception;
    }

    private void filter(Map<String, String> params, Application application) throws Exception {
        var filter = FakeConfig.init(new HopByHopFilter(), params);
        filter.doFilter(request.fake(), response.fake(), (request, response) -> {
            try {
                application.handle((HttpServletRequest) request, (HttpServletResponse) response);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private List<String> visible(Map<String, String> params) throws Exception {
        var names = new ArrayList<String>();
        filter(params, (request, response) -> names.addAll(Collections.list(request.getHeaderNames())));
        return names;
    }

    @Test
    void connectionFieldsDoNotExistWhicheverWayOneAsks() throws Exception {
        for (String name :
                List.of("connection", "KEEP-ALIVE", "Proxy-Connection", "te", "Trailer", "Upgrade", "HTTP2-Settings")) {
            request.field(name, "1");
        }
        request.field("Accept", "*/*").field("Age", "7");
        filter(Map.of(), (request, response) -> {
            assertThat(Collections.list(request.getHeaderNames())).containsExactly("Accept", "Age");
            for (String name : List.of("Connection", "keep-alive", "proxy-connection", "TE", "trailer", "upgrade")) {
                assertThat(request.getHeader(name)).isNull();
                assertThat(Collections.list(request.getHeaders(name))).isEmpty();
                assertThat(request.getIntHeader(name)).isEqualTo(-1);
                assertThat(request.getDateHeader(name)).isEqualTo(-1);
            }
            assertThat(request.getIntHeader("age")).isEqualTo(7);
            assertThat(request.getDateHeader("age")).isZero();
        });
    }

    @Test
    void whatAnHttp10ConnectionNamesIsHidden() throws Exception {
        request.protocol("HTTP/1.0")
                .field("Connection", "keep-alive, X-Hop")
                .field("x-hop", "1")
                .field("X-Stay", "1");
        assertThat(visible(Map.of())).containsExactly("X-Stay");
    }

    @Test
    void whatAnHttp11ConnectionNamesIsMeantForUs() throws Exception {
        request.field("Connection", "X-Hop").field("X-Hop", "1");
        assertThat(visible(Map.of())).containsExactly("X-Hop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "Authorization",
                "authorization",
                "Proxy-Authorization",
                "Cookie",
                "Content-Length",
                "Content-Type",
                "Content-Encoding",
                "Transfer-Encoding",
                "Expect",
                "Forwarded",
                "X-Forwarded-For",
                "x-forwarded-proto",
                "X-Forwarded-Host",
                "Via",
                "X-Real-IP",
                "Client-Cert",
                "Origin",
                "Referer",
                "If-Match",
                "Range",
                "Sec-Fetch-Site",
                "X-SSL-Client-DN",
                "X-Auth-Request-User",
                "X-Tenant",
                "x-tenant"
            })
    void identityAndFramingCannotBeHidden(String name) throws Exception {
        request.protocol("HTTP/1.0").field("Connection", "close, " + name).field(name, "1");
        assertThat(visible(Map.of("protect", "X-Tenant"))).containsExactly(name);
    }

    @Test
    void aWebSocketHandshakePassesUntouched() throws Exception {
        request.field("Connection", "keep-alive, Upgrade").field("Upgrade", "h2c, WebSocket/13");
        assertThat(visible(Map.of())).containsExactly("Connection", "Upgrade");
        assertThat(visible(Map.of("upgrades", "TLS h2c"))).containsExactly("Connection", "Upgrade");
        assertThat(visible(Map.of("upgrades", ""))).isEmpty();
        assertThat(visible(Map.of("upgrades", "socket"))).isEmpty();
    }

    @Test
    void anUpgradeThatIsNoneIsHidden() throws Exception {
        request.field("Upgrade", "websocket");
        assertThat(visible(Map.of())).isEmpty();
        request.field("Connection", "upgrade").protocol("HTTP/1.0");
        assertThat(visible(Map.of())).isEmpty();
    }

    @Test
    void connectionFieldsOfAResponseAreDropped() throws Exception {
        filter(Map.of(), (request, response) -> {
            response.setHeader("connection", "X-Mine");
            response.addHeader("Keep-Alive", "timeout=5");
            response.setIntHeader("Proxy-Connection", 1);
            response.addIntHeader("TE", 1);
            response.setDateHeader("Upgrade", 1);
            response.addDateHeader("UPGRADE", 1);
            response.setHeader("Transfer-Encoding", "chunked");
            response.setHeader("X-Mine", "1");
            response.addHeader("Trailer", "X-Checksum");
            response.setIntHeader("Age", 1);
            assertThat(response.containsHeader("Connection")).isFalse();
        });
        assertThat(response.fields).containsOnlyKeys("X-Mine", "Trailer", "Age");
        assertThat(request.getAttribute(KeepAliveAttributes.CLOSE)).isNull();
    }

    @Test
    void theWishToCloseIsHeard() throws Exception {
        filter(Map.of(), (request, response) -> response.addHeader("Connection", "X-Mine, Close"));
        assertThat(response.fields).containsExactly(Map.entry("Connection", "close"));
        assertThat(request.getAttribute(KeepAliveAttributes.CLOSE)).isEqualTo(true);
    }

    @Test
    void theWishToCloseGoesToTheConnector() throws Exception {
        request.attribute(KeepAliveAttributes.REQUEST_NUMBER, 1);
        filter(Map.of(), (request, response) -> response.setHeader("Connection", "close"));
        assertThat(response.fields).isEmpty();
        assertThat(request.getAttribute(KeepAliveAttributes.CLOSE)).isEqualTo(true);
    }

    @Test
    void theWishToCloseMayBeForbidden() throws Exception {
        filter(Map.of("allowClose", "false"), (request, response) -> response.setHeader("Connection", "close"));
        assertThat(response.fields).isEmpty();
        assertThat(request.getAttribute(KeepAliveAttributes.CLOSE)).isNull();
    }
}
