package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For whom {@link UnreadBodyFilter} does nothing at all. */
class UnreadBodyFilterTest {
    private static final Map<String, String> EVEN_SMALL = Map.of("minBytes", "0");

    static Stream<FakeRequest> unconcerned() {
        return Stream.of(
                new FakeRequest(),
                new FakeRequest().body(""),
                new FakeRequest().body("x").protocol("HTTP/2.0"),
                new FakeRequest().body("x").dispatched(DispatcherType.ASYNC),
                new FakeRequest().body("x").dispatched(DispatcherType.FORWARD),
                new FakeRequest().body("x").dispatched(DispatcherType.INCLUDE),
                new FakeRequest().body("x").dispatched(DispatcherType.ERROR),
                new FakeRequest().body("x").withoutAsyncSupport(),
                new FakeRequest().body("x").attribute(KeepAliveAttributes.REQUEST_NUMBER, 1),
                new FakeRequest().field("Content-Length", "67108865"));
    }

    @ParameterizedTest
    @MethodSource("unconcerned")
    void theApplicationGetsTheContainersOwnPair(FakeRequest fake) throws Exception {
        expectTheSamePair(EVEN_SMALL, fake.fake(), new FakeResponse().fake());
    }

    private static void expectTheSamePair(Map<String, String> params, ServletRequest request, ServletResponse response)
            throws Exception {
        List<Object> seen = new ArrayList<>();
        FakeConfig.init(new UnreadBodyFilter(), params).doFilter(request, response, (a, b) -> {
            seen.add(a);
            seen.add(b);
        });
        assertThat(seen.get(0)).isSameAs(request);
        assertThat(seen.get(1)).isSameAs(response);
    }

    @Test
    void aSmallRequestIsLeftToTomcat() throws Exception {
        expectTheSamePair(Map.of(), onTomcat("65535"), new FakeResponse().fake());
        expectTheSamePair(Map.of("minBytes", "10"), onTomcat("9"), new FakeResponse().fake());
    }

    private static ServletRequest onTomcat(String length) {
        return new FakeRequest()
                .field("Content-Length", length)
                .attribute("org.apache.catalina.ASYNC_SUPPORTED", true)
                .fake();
    }

    /** An error page may still want the content of a request that the filter leaves alone after all. */
    @Test
    void withoutAPermitTheContentIsNotTouched() throws Exception {
        var filter = FakeConfig.init(new UnreadBodyFilter(), Map.of("minBytes", "0", "maxConcurrent", "1"));
        FilterChain refuse = (request, response) -> ((HttpServletResponse) response).setStatus(413);
        for (boolean onTomcat : List.of(true, false)) {
            var held = new FakeRequest().body("x");
            var further = new FakeRequest().body("x");
            if (onTomcat) {
                held.attribute("org.apache.catalina.ASYNC_SUPPORTED", true);
                further.attribute("org.apache.catalina.ASYNC_SUPPORTED", true);
            }
            filter.doFilter(held.fake(), new FakeResponse().fake(), refuse);
            filter.doFilter(further.fake(), new FakeResponse().fake(), refuse);
            assertThat(held.streamsOpened()).isEqualTo(1);
            assertThat(further.streamsOpened()).isZero();
            assertThat(further.isAsyncStarted()).isFalse();
            for (AsyncListener listener : held.listeners()) {
                listener.onComplete(new AsyncEvent(held.getAsyncContext()));
            }
        }
    }

    /** That filter may have read the content, or send errors in its own way. */
    @Test
    void behindAFilterThatWrapsItDoesNothing() throws Exception {
        var request = new FakeRequest().body("x").fake();
        var response = new FakeResponse().fake();
        expectTheSamePair(EVEN_SMALL, new HttpServletRequestWrapper(request), response);
        expectTheSamePair(EVEN_SMALL, request, new HttpServletResponseWrapper(response));
    }

    @Test
    void aFilterThatWrapsIsOneLogLine() throws Exception {
        var config = FakeConfig.recording();
        var filter = new UnreadBodyFilter();
        filter.init(Fakes.of(FilterConfig.class, config));
        for (int i = 0; i < 3; i++) {
            filter.doFilter(
                    new HttpServletRequestWrapper(new FakeRequest()
                            .field("Transfer-Encoding", "chunked")
                            .fake()),
                    new FakeResponse().fake(),
                    (request, response) -> {});
        }
        assertThat(config.log())
                .containsExactly("filter has no effect: a filter before it wraps the request or the response; map this"
                        + " filter first");
    }

    @Test
    void aSecondInstanceSaysWhyItHasNoEffect() throws Exception {
        var config = FakeConfig.recording();
        var second = new UnreadBodyFilter();
        second.init(Fakes.of(FilterConfig.class, config));
        var first = FakeConfig.init(new UnreadBodyFilter(), EVEN_SMALL);
        first.doFilter(
                new FakeRequest().field("Transfer-Encoding", "chunked").fake(),
                new FakeResponse().fake(),
                (request, response) -> second.doFilter(request, response, (a, b) -> {}));
        assertThat(config.log()).containsExactly("filter has no effect: another one before it has the same request");
    }

    @Test
    void aMissingAsyncSupportIsOneLogLine() throws Exception {
        var config = FakeConfig.recording();
        var filter = new UnreadBodyFilter();
        filter.init(Fakes.of(FilterConfig.class, config));
        for (int i = 0; i < 3; i++) {
            filter.doFilter(
                    new FakeRequest().body("x").withoutAsyncSupport().fake(),
                    new FakeResponse().fake(),
                    (request, response) -> {});
        }
        assertThat(config.log())
                .containsExactly("filter has no effect: it, or a filter before it, is declared without"
                        + " <async-supported>true</async-supported>");
    }
}
