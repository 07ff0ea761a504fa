package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose buffer {@link ContentLengthFilter} makes larger, and how many bytes of them there are. */
class ContentLengthFilterTest {
    private static final FilterChain NOTHING = (request, response) -> {};

    private final FakeResponse response = new FakeResponse();

    private static FakeRequest http10() {
        return new FakeRequest().protocol("HTTP/1.0").field("Connection", "keep-alive");
    }

    private static ContentLengthFilter filter(Map<String, String> params) throws Exception {
        return FakeConfig.init(new ContentLengthFilter(), params);
    }

    private int bufferOf(FakeRequest request, Map<String, String> params) throws Exception {
        filter(params).doFilter(request.fake(), response.fake(), NOTHING);
        return response.getBufferSize();
    }

    @Test
    void anHttp10KeepAliveClientGetsALargerBuffer() throws Exception {
        assertThat(bufferOf(http10(), Map.of())).isEqualTo(65_536);
    }

    @Test
    void everyoneElseKeepsTheContainersBuffer() throws Exception {
        assertThat(bufferOf(new FakeRequest(), Map.of())).isEqualTo(8192);
        assertThat(bufferOf(new FakeRequest().field("Connection", "keep-alive"), Map.of()))
                .isEqualTo(8192);
        assertThat(bufferOf(new FakeRequest().protocol("HTTP/1.0"), Map.of())).isEqualTo(8192);
        assertThat(bufferOf(http10().field("Connection", "close"), Map.of())).isEqualTo(8192);
        assertThat(bufferOf(http10().dispatched(DispatcherType.FORWARD), Map.of()))
                .isEqualTo(8192);
        assertThat(bufferOf(http10(), Map.of("maxBytes", "8000"))).isEqualTo(8192);
    }

    /** Tomcat keeps buffers of up to 16 times its own, for whoever comes next. */
    @Test
    void onTomcatTheBufferIsTooLargeToBeKept() throws Exception {
        String tomcat = "org.apache.catalina.ASYNC_SUPPORTED";
        assertThat(bufferOf(http10().attribute(tomcat, true), Map.of())).isEqualTo(16 * 8192 + 1);
        response.setBufferSize(8192);
        assertThat(bufferOf(http10().attribute(tomcat, true), Map.of("maxBytes", "200000")))
                .isEqualTo(200_000);
        response.setBufferSize(8192);
        assertThat(bufferOf(http10().attribute(tomcat, true), Map.of("maxTotalBytes", "131072")))
                .isEqualTo(8192);
    }

    @Test
    void aBodyThatHasBegunKeepsItsBuffer() throws Exception {
        response.written.write('x');
        assertThat(bufferOf(http10(), Map.of())).isEqualTo(8192);
    }

    /** The bound is one for all responses together, whichever thread they are on. */
    @Test
    void allBuffersTogetherHaveABound() throws Exception {
        var filter = filter(Map.of("maxBytes", "10000", "maxTotalBytes", "29999"));
        var second = new FakeResponse();
        var third = new FakeResponse();
        filter.doFilter(
                http10().fake(),
                response.fake(),
                (a, b) -> filter.doFilter(
                        http10().fake(),
                        second.fake(),
                        (c, d) -> filter.doFilter(http10().fake(), third.fake(), NOTHING)));
        assertThat(response.getBufferSize()).isEqualTo(10_000);
        assertThat(second.getBufferSize()).isEqualTo(10_000);
        assertThat(third.getBufferSize()).isEqualTo(8192);
        filter.doFilter(http10().fake(), third.fake(), NOTHING);
        assertThat(third.getBufferSize()).isEqualTo(10_000);
    }

    @Test
    void anExceptionGivesTheBytesBack() throws Exception {
        var filter = filter(Map.of("maxBytes", "10000", "maxTotalBytes", "10000"));
        assertThatThrownBy(() -> filter.doFilter(http10().fake(), new FakeResponse().fake(), (a, b) -> {
                    throw new IOException("on purpose");
                }))
                .hasMessage("on purpose");
        filter.doFilter(http10().fake(), response.fake(), NOTHING);
        assertThat(response.getBufferSize()).isEqualTo(10_000);
    }
}
