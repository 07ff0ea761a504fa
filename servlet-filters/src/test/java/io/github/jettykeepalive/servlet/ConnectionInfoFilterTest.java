package io.github.jettykeepalive.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.spi.MDCAdapter;

class ConnectionInfoFilterTest {
    private final FakeRequest request = new FakeRequest();

    private static MDCAdapter adapterBefore;

    /** The tests' own logger has no MDC. */
    @BeforeAll
    static void useAWorkingMdc() throws Exception {
        adapterBefore = MDC.getMDCAdapter();
        use(new BasicMDCAdapter());
    }

    @AfterAll
    static void useTheMdcOfBefore() throws Exception {
        use(adapterBefore);
    }

    private static void use(MDCAdapter adapter) throws Exception {
        var setter = MDC.class.getDeclaredMethod("setMDCAdapter", MDCAdapter.class);
        setter.setAccessible(true);
        setter.invoke(null, adapter);
    }

    private Map<String, String> mdcWhileHandled(Map<String, String> params) throws Exception {
        Map<String, String> seen = new HashMap<>();
        var filter = FakeConfig.init(new ConnectionInfoFilter(), params);
        filter.doFilter(request.fake(), new FakeResponse().fake(), (request, response) -> {
            var now = MDC.getCopyOfContextMap();
            seen.putAll(now == null ? Map.of() : now);
        });
        return seen;
    }

    @Test
    void withoutTheConnectorTheIdIsKnown() throws Exception {
        assertThat(mdcWhileHandled(Map.of())).containsOnly(Map.entry("connection.id", "c7"));
        assertThat(request.getAttribute(KeepAliveAttributes.CONNECTION_ID)).isEqualTo("c7");
        assertThat(KeepAliveAttributes.connectorServes(request.fake())).isFalse();
    }

    @Test
    void withTheConnectorAllIsKnown() throws Exception {
        request.attribute(KeepAliveAttributes.CONNECTION_ID, "x1")
                .attribute(KeepAliveAttributes.REQUEST_NUMBER, 3)
                .attribute(KeepAliveAttributes.REQUESTS_LEFT, 97)
                .attribute(KeepAliveAttributes.AGE, 1500L);
        assertThat(mdcWhileHandled(Map.of("mdcPrefix", "c-")))
                .containsOnly(
                        Map.entry("c-id", "x1"),
                        Map.entry("c-request", "3"),
                        Map.entry("c-left", "97"),
                        Map.entry("c-age", "1500"));
    }

    @Test
    void theMdcIsAsBefore() throws Exception {
        MDC.put("connection.id", "outer");
        try {
            assertThat(mdcWhileHandled(Map.of())).containsEntry("connection.id", "c7");
            assertThat(MDC.get("connection.id")).isEqualTo("outer");
        } finally {
            MDC.remove("connection.id");
        }
        mdcWhileHandled(Map.of());
        assertThat(MDC.get("connection.id")).isNull();
    }

    @Test
    void theMdcMayBeLeftAlone() throws Exception {
        assertThat(mdcWhileHandled(Map.of("mdc", "false"))).isEmpty();
        assertThat(request.getAttribute(KeepAliveAttributes.CONNECTION_ID)).isEqualTo("c7");
    }

    /** A request that the MDC does not concern costs no map. */
    @Test
    void factsAreGatheredForTheMdcAlone() throws Exception {
        request.attribute(KeepAliveAttributes.AGE, new Object() {
            @Override
            public String toString() {
                throw new AssertionError("nobody needs it");
            }
        });
        assertThat(mdcWhileHandled(Map.of("mdc", "false"))).isEmpty();
    }

    /** A class loader that has the filters, but no SLF4J. */
    @Test
    void slf4jIsOptional() throws Exception {
        try (var loader = new Slf4jFree()) {
            Class<?> logContext = loader.loadClass("io.github.jettykeepalive.servlet.LogContext");
            var find = logContext.getMethod("find");
            find.setAccessible(true);
            var none = logContext.getField("NONE");
            none.setAccessible(true);
            assertThat(find.invoke(null)).isSameAs(none.get(null));
        }
        assertThat(LogContext.find()).isNotSameAs(LogContext.NONE);
    }

    private static final class Slf4jFree extends URLClassLoader {
        Slf4jFree() throws IOException {
            super(
                    new URL[] {
                        KeepAliveFilter.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                    },
                    ClassLoader.getPlatformClassLoader());
        }
    }
}
