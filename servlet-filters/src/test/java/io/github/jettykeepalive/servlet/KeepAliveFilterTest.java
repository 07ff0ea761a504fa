package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KeepAliveFilterTest {
    private final FakeRequest request = new FakeRequest();
    private final FakeResponse response = new FakeResponse();

    private void filter(Map<String, String> params, FilterChain chain) throws Exception {
        FakeConfig.init(new KeepAliveFilter(), params).doFilter(request.fake(), response.fake(), chain);
    }

    private static FilterChain status(int status) {
        return (request, response) -> ((HttpServletResponse) response).setStatus(status);
    }

    private static FilterChain nothing() {
        return (request, response) -> {};
    }

    @Test
    void closesByFieldWithoutTheConnector() throws Exception {
        filter(Map.of("close", "true"), nothing());
        assertThat(response.fields).containsEntry("Connection", "close");
        assertThat(request.getAttribute(KeepAliveAttributes.CLOSE)).isEqualTo(true);
    }

    @Test
    void closesByAttributeWithTheConnector() throws Exception {
        request.attribute(KeepAliveAttributes.REQUEST_NUMBER, 1);
        filter(Map.of("close", "true"), nothing());
        assertThat(response.fields).isEmpty();
        assertThat(request.getAttribute(KeepAliveAttributes.CLOSE)).isEqualTo(true);
    }

    @ParameterizedTest
    @CsvSource({
        "maxRequests, 1, true",
        "maxRequests, 2, false",
        "keepAliveTimeout, 0, true",
        "keepAliveTimeout, 1, false"
    })
    void whatMeansClosingClosesWithoutTheConnector(String name, String value, boolean closes) throws Exception {
        filter(Map.of(name, value), nothing());
        assertThat(response.fields.containsKey("Connection")).isEqualTo(closes);
    }

    @Test
    void tightensButNeverLoosens() throws Exception {
        request.attribute(KeepAliveAttributes.MAX_REQUESTS, 5).attribute(KeepAliveAttributes.KEEP_ALIVE_TIMEOUT, 900L);
        filter(Map.of("maxRequests", "3", "keepAliveTimeout", "1000"), nothing());
        assertThat(request.getAttribute(KeepAliveAttributes.MAX_REQUESTS)).isEqualTo(3);
        assertThat(request.getAttribute(KeepAliveAttributes.KEEP_ALIVE_TIMEOUT)).isEqualTo(900L);
    }

    @Test
    void replacesAnAttributeOfTheWrongType() throws Exception {
        request.attribute(KeepAliveAttributes.MAX_REQUESTS, "2").attribute(KeepAliveAttributes.KEEP_ALIVE_TIMEOUT, 1);
        filter(Map.of("maxRequests", "3", "keepAliveTimeout", "1000"), nothing());
        assertThat(request.getAttribute(KeepAliveAttributes.MAX_REQUESTS)).isEqualTo(3);
        assertThat(request.getAttribute(KeepAliveAttributes.KEEP_ALIVE_TIMEOUT)).isEqualTo(1000L);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/x, POST, Bot/1, true",
        "/other, POST, Bot/1, false",
        "/api/x, GET, Bot/1, false",
        "/api/x, post, Bot/1, false",
        "/api/x, POST, Fox/1, false",
    })
    void allConditionsMustHold(String path, String method, String agent, boolean applies) throws Exception {
        request.path(path).method(method).field("User-Agent", agent);
        var params = Map.of("paths", "/api/*", "methods", "PUT, POST", "userAgent", "^Bot", "close", "true");
        filter(params, nothing());
        assertThat(response.fields.containsKey("Connection")).isEqualTo(applies);
    }

    @ParameterizedTest
    @CsvSource({"413, true", "503, true", "404, false", "200, false"})
    void appliesWhenTheStatusIsTaken(int status, boolean applies) throws Exception {
        filter(Map.of("statuses", "413, 5xx", "close", "true"), status(status));
        assertThat(response.fields.containsKey("Connection")).isEqualTo(applies);
    }

    @Test
    void appliesBeforeAnErrorCommits() throws Exception {
        filter(Map.of("statuses", "413", "close", "true"), (request, response) -> {
            ((HttpServletResponse) response).sendError(413, "too much");
            assertThat(this.response.fields).containsEntry("Connection", "close");
        });
        assertThat(response.diary).containsExactly("error 413 too much");
    }

    @Test
    void appliesBeforeARedirectCommits() throws Exception {
        filter(Map.of("statuses", "3xx", "close", "true"), (request, response) -> {
            ((HttpServletResponse) response).sendRedirect("/");
        });
        assertThat(response.fields).containsEntry("Connection", "close");
    }

    /** The 200 of a response that never said so. */
    @Test
    void appliesToTheDefaultStatusWhenTheBodyBegins() throws Exception {
        filter(Map.of("statuses", "200", "close", "true"), (request, response) -> {
            assertThat(this.response.fields).isEmpty();
            response.getOutputStream();
            assertThat(this.response.fields).containsEntry("Connection", "close");
        });
    }

    @Test
    void appliesToTheDefaultStatusOfAnEmptyResponse() throws Exception {
        filter(Map.of("statuses", "200", "close", "true"), nothing());
        assertThat(response.fields).containsEntry("Connection", "close");
    }

    @Test
    void doesNotTakeA200ThatBecomesAnError() throws Exception {
        filter(Map.of("statuses", "200", "close", "true"), status(404));
        assertThat(response.fields).isEmpty();
    }

    @Test
    void survivesAReset() throws Exception {
        filter(Map.of("close", "true"), (request, response) -> response.reset());
        assertThat(response.fields).containsEntry("Connection", "close");
    }

    /** An error page has another path, in Servlet 6.1 another method too, and the container's own response. */
    @ParameterizedTest
    @CsvSource({"close, true", "maxRequests, 1", "keepAliveTimeout, 0"})
    void holdsInALaterDispatch(String action, String value) throws Exception {
        var params = Map.of("paths", "/api/*", "methods", "PUT", action, value);
        request.path("/api/x").method("PUT");
        filter(params, nothing());
        response.reset();
        request.path("/error").method("GET").dispatched(DispatcherType.ERROR);
        filter(params, (request, response) -> {
            assertThat(this.response.fields).containsEntry("Connection", "close");
            response.reset();
            ((HttpServletResponse) response).setHeader("connection", "keep-alive");
        });
        assertThat(response.fields).containsExactly(Map.entry("Connection", "close"));
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUEST", "FORWARD", "ASYNC", "ERROR"})
    void passesOnWhatDoesNotConcernIt(DispatcherType type) throws Exception {
        request.path("/other").dispatched(type);
        var sameRequest = request.fake();
        var sameResponse = response.fake();
        FakeConfig.init(new KeepAliveFilter(), Map.of("paths", "/api/*", "close", "true"))
                .doFilter(sameRequest, sameResponse, (request, response) -> {
                    assertThat(request).isSameAs(sameRequest);
                    assertThat(response).isSameAs(sameResponse);
                });
    }

    @Test
    void leavesAnAsynchronousResponseToItsThread() throws Exception {
        request.asyncStarted();
        filter(Map.of("statuses", "200", "close", "true"), nothing());
        assertThat(response.fields).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"500, true", "503, false"})
    void anExceptionIsA500(String statuses, boolean applies) {
        assertThatThrownBy(() -> filter(Map.of("statuses", statuses, "close", "true"), (request, response) -> {
                    throw new ServletException("on purpose");
                }))
                .hasMessage("on purpose");
        assertThat(response.fields.containsKey("Connection")).isEqualTo(applies);
    }

    @ParameterizedTest
    @CsvSource({"503, 1, true", "503, 0, false", "404, 0, true"})
    void unavailableIsA503OrForGoodA404(String statuses, int seconds, boolean applies) {
        var exception = seconds > 0 ? new UnavailableException("later", seconds) : new UnavailableException("never");
        assertThatThrownBy(() -> filter(Map.of("statuses", statuses, "close", "true"), (request, response) -> {
                    throw exception;
                }))
                .isSameAs(exception);
        assertThat(response.fields.containsKey("Connection")).isEqualTo(applies);
    }

    @Test
    void hasNoSayInOtherVersionsNorInIncludes() throws Exception {
        request.protocol("HTTP/2.0");
        filter(Map.of("close", "true"), nothing());
        request.protocol("HTTP/1.1").dispatched(DispatcherType.INCLUDE);
        filter(Map.of("close", "true"), nothing());
        assertThat(response.fields).isEmpty();
        assertThat(request.getAttribute(KeepAliveAttributes.CLOSE)).isNull();
    }
}
