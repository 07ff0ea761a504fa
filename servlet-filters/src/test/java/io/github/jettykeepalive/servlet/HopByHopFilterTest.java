package io.github.jettykeepalive.servlet;

import static jakarta.servlet.DispatcherType.INCLUDE;
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
    void whatAnHttp10ConnectionNamesIsHiddenIfTheDeployerAllowsIt() throws Exception {
        request.protocol("HTTP/1.0")
                .field("Connection", "keep-alive, X-Hop, X-Other")
                .field("x-hop", "1")
                .field("X-Other", "1")
                .field("X-Stay", "1");
        assertThat(visible(Map.of("removable", "X-HOP, X-Stay"))).containsExactly("X-Other", "X-Stay");
    }

    /** A4. A deny list fails open: no list of such names is ever complete. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "Cookie",
                "Content-Length",
                "X-Forwarded-For",
                "X-Tenant",
                "X-Amzn-Oidc-Identity",
                "X-Goog-Authenticated-User-Email",
                "X-MS-Client-Principal",
                "Remote-Groups",
                "Tailscale-User-Login",
                "Cf-Access-Jwt-Assertion"
            })
    void noClientCanHideAField(String name) throws Exception {
        request.protocol("HTTP/1.0").field("Connection", "close, " + name).field(name, "1");
        assertThat(visible(Map.of())).containsExactly(name);
    }

    @Test
    void whatAnHttp11ConnectionNamesIsMeantForUs() throws Exception {
        request.field("Connection", "X-Hop").field("X-Hop", "1");
        assertThat(visible(Map.of())).containsExactly("X-Hop");
    }

    /** A3. What a client offers beside the upgrade stays hidden. */
    @Test
    void aWebSocketHandshakeShowsItselfAndNothingElse() throws Exception {
        request.field("Connection", "keep-alive, Upgrade, X-Hop")
                .field("Upgrade", "h2c, WebSocket")
                .field("Sec-WebSocket-Key", "x")
                .field("HTTP2-Settings", "x")
                .field("Keep-Alive", "timeout=9")
                .field("TE", "trailers");
        filter(Map.of(), (request, response) -> {
            assertThat(Collections.list(request.getHeaderNames()))
                    .containsExactly("Connection", "Upgrade", "Sec-WebSocket-Key");
            assertThat(Collections.list(request.getHeaders("connection"))).containsExactly("Upgrade");
            assertThat(request.getHeader("UPGRADE")).isEqualTo("WebSocket");
            response.setHeader("Connection", "upgrade, keep-alive");
            response.setHeader("Upgrade", "websocket");
            response.addHeader("Upgrade", "h2c");
            response.setHeader("Keep-Alive", "timeout=9");
        });
        assertThat(response.fields)
                .containsExactly(Map.entry("Connection", "Upgrade"), Map.entry("Upgrade", "websocket"));
    }

    @Test
    void onlyAProtocolThatTheDeployerAllowsIsShown() throws Exception {
        request.field("Connection", "Upgrade").field("Upgrade", "h2c, TLS/1.0");
        assertThat(visible(Map.of())).isEmpty();
        assertThat(visible(Map.of("upgrades", ""))).isEmpty();
        assertThat(visible(Map.of("upgrades", "socket"))).isEmpty();
        assertThat(visible(Map.of("upgrades", "TLS"))).containsExactly("Connection", "Upgrade");
        filter(
                Map.of("upgrades", "tls"),
                (request, response) -> assertThat(request.getHeader("Upgrade")).isEqualTo("TLS/1.0"));
    }

    /** A3. */
    @Test
    void aGetThatIsNoHandshakeShowsNothing() throws Exception {
        request.field("Connection", "Upgrade").field("Upgrade", "websocket");
        assertThat(visible(Map.of())).isEmpty();
        filter(Map.of(), (request, response) -> {
            response.setHeader("Connection", "Upgrade");
            response.setHeader("Upgrade", "websocket");
        });
        assertThat(response.fields).isEmpty();
    }

    @Test
    void aHandshakeIsAGet() throws Exception {
        request.method("POST")
                .field("Connection", "Upgrade")
                .field("Upgrade", "websocket")
                .field("Sec-WebSocket-Key", "x");
        assertThat(visible(Map.of())).containsExactly("Sec-WebSocket-Key");
    }

    @Test
    void aNameMayBeNullAsFarAsTheContainerAllows() throws Exception {
        filter(Map.of(), (request, response) -> {
            assertThat(request.getHeader(null)).isNull();
            assertThat(Collections.list(request.getHeaders(null))).isEmpty();
            response.setHeader(null, "x");
            response.addHeader(null, "x");
            response.setIntHeader(null, 1);
            response.setDateHeader(null, 1);
        });
    }

    @Test
    void whatItHasNoTaskForIsPassedOn() throws Exception {
        var filter = FakeConfig.init(new HopByHopFilter(), Map.of());
        for (var other : List.of(new FakeRequest().protocol("HTTP/2.0"), new FakeRequest().dispatched(INCLUDE))) {
            var sameRequest = other.fake();
            var sameResponse = response.fake();
            filter.doFilter(sameRequest, sameResponse, (request, response) -> {
                assertThat(request).isSameAs(sameRequest);
                assertThat(response).isSameAs(sameResponse);
            });
        }
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
    }

    /** An attribute would outlive a reset, and what the application does in a dispatch without the filter. */
    @Test
    void theWishToCloseIsAFieldForTheConnectorToo() throws Exception {
        request.attribute(KeepAliveAttributes.REQUEST_NUMBER, 1);
        filter(Map.of(), (request, response) -> response.setHeader("Connection", "close"));
        assertThat(response.fields).containsExactly(Map.entry("Connection", "close"));
        assertThat(request.getAttribute(KeepAliveAttributes.CLOSE)).isNull();
    }

    @Test
    void theWishToCloseMayBeForbidden() throws Exception {
        filter(Map.of("allowClose", "false"), (request, response) -> response.setHeader("Connection", "close"));
        assertThat(response.fields).isEmpty();
        assertThat(request.getAttribute(KeepAliveAttributes.CLOSE)).isNull();
    }

    /** As after {@code startAsync(request, response)} and {@code dispatch()}. */
    @Test
    void aPairIsWrappedOnceByEachFilter() throws Exception {
        var filter = FakeConfig.init(new HopByHopFilter(), Map.of());
        filter.doFilter(
                request.fake(),
                response.fake(),
                (wrappedRequest, wrappedResponse) ->
                        filter.doFilter(wrappedRequest, wrappedResponse, (againRequest, againResponse) -> {
                            assertThat(againRequest).isSameAs(wrappedRequest);
                            assertThat(againResponse).isSameAs(wrappedResponse);
                            assertThat(HopByHopRequest.isMadeBy(new HopByHopFilter(), againRequest))
                                    .isFalse();
                            assertThat(HopByHopResponse.isMadeBy(new HopByHopFilter(), againResponse))
                                    .isFalse();
                        }));
    }

    @Test
    void theWishToCloseCanBeTakenBack() throws Exception {
        filter(Map.of(), (request, response) -> {
            response.setHeader("Connection", "close");
            response.setHeader("connection", "keep-alive");
        });
        assertThat(response.fields).isEmpty();
    }

    /** In an error page, say. */
    @Test
    void theWishToCloseCanBeTakenBackInALaterDispatch() throws Exception {
        filter(Map.of(), (request, response) -> response.setHeader("Connection", "close"));
        filter(Map.of(), (request, response) -> response.setHeader("Connection", "keep-alive"));
        assertThat(response.fields).isEmpty();
    }

    /** What is set after a reset is not the application's any more. */
    @Test
    void aResetTakesTheWishToCloseBack() throws Exception {
        filter(Map.of(), (request, response) -> {
            response.setHeader("Connection", "close");
            response.reset();
            this.response.setHeader("Connection", "close");
            response.setHeader("Connection", "keep-alive");
        });
        assertThat(response.fields).containsExactly(Map.entry("Connection", "close"));
    }

    /** In an error page, say, in front of which a filter has set the field that the container had reset, or had kept. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAnotherAsksForAfterTheWishStays(boolean resetsUnseen) throws Exception {
        filter(Map.of(), (request, response) -> response.setHeader("Connection", "close"));
        if (resetsUnseen) {
            response.reset();
        }
        response.setHeader("Connection", "close");
        filter(Map.of(), (request, response) -> response.setHeader("Connection", "keep-alive"));
        assertThat(response.fields).containsExactly(Map.entry("Connection", "close"));
    }

    @Test
    void whatAnotherAddsToTheWishStays() throws Exception {
        filter(Map.of(), (request, response) -> {
            response.setHeader("Connection", "close");
            this.response.addHeader("Connection", "close");
            response.setHeader("Connection", "keep-alive");
        });
        assertThat(response.fields).containsExactly(Map.entry("Connection", "close, close"));
    }

    @Test
    void aRuleThatFollowsTheWishStays() throws Exception {
        filter(Map.of(), (request, response) -> {
            response.setHeader("Connection", "close");
            request.setAttribute(KeepAliveAttributes.MAX_REQUESTS, 1);
            response.setHeader("Connection", "keep-alive");
        });
        assertThat(response.fields).containsExactly(Map.entry("Connection", "close"));
    }

    @Test
    void whatAnotherHasAskedForStays() throws Exception {
        request.attribute(KeepAliveAttributes.CLOSE, true);
        response.setHeader("Connection", "close");
        filter(Map.of(), (request, response) -> {
            response.setHeader("Connection", "close");
            response.setHeader("Connection", "keep-alive");
        });
        assertThat(response.fields).containsExactly(Map.entry("Connection", "close"));
        assertThat(request.getAttribute(KeepAliveAttributes.CLOSE)).isEqualTo(true);
    }
}
