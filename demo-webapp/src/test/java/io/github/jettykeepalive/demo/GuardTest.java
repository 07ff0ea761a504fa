package io.github.jettykeepalive.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.InBackground;
import io.github.jettykeepalive.testing.RawClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the lab refuses. */
class GuardTest extends RunningLab {
    @ParameterizedTest
    @ValueSource(strings = {"/", "/lab/413", "/static/lab.css", "/static/board.js", "/connection", "/lab/nothing"})
    void everyPageIsHardened(String path) throws Exception {
        var headers = lab.get(path).headers();

        assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(headers.firstValue("Referrer-Policy")).contains("no-referrer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/lab/413", "/lab/tokens"})
    void noPageHasAScriptOrAStyleOfItsOwn(String path) throws Exception {
        assertThat(lab.get(path).body())
                .doesNotContain("<script>", "<style", " style=", " onclick=", "http://www.", "https://");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/lab/413.json?size=9999 | size: 9999 (expected: 1 to 50)",
                "/lab/413.json?size=0 | size: 0 (expected: 1 to 50)",
                "/lab/413.json?size=-1 | size: -1 (expected: 1 to 50)",
                "/lab/413.json?size=1e3 | size: 1e3 (expected: 1 to 50)",
                "/lab/413.json?framing=both | framing: both (expected: length or chunked)",
                "/lab/413.json?host=example.org | host: example.org (expected: one of [size, tries, framing, tls])",
                "/lab/413.json?size=1&size=2 | size: 1, 2 (expected: one value)",
                "/lab/413?tries=31 | tries: 31 (expected: 1 to 30)",
            })
    void badParametersAreA400ThatSaysWhatIsRight(String path, String message) throws Exception {
        var response = lab.get(path);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(LabClient.parse(response.body())).containsEntry("error", message);
    }

    @Test
    void whatIsSentIsNotEchoedAsMarkup() throws Exception {
        var response = lab.get("/lab/413.json?size=%3Cscript%3Ealert(1)%3C/script%3E");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.body()).doesNotContain("<script>");
        assertThat(lab.get("/lab/%3Cscript%3E").body()).doesNotContain("<script>");
    }

    @ParameterizedTest
    @CsvSource({"Origin, http://evil.example", "Origin, null", "Sec-Fetch-Site, cross-site", "Sec-Fetch-Site, same-site"
    })
    void anotherSiteTurnsNoKnob(String name, String value) throws Exception {
        assertThat(lab.post("/board/drain?spread=100", name, value).statusCode())
                .isEqualTo(403);
        assertThat(lab.post("/board/crowd?open=5", name, value).statusCode()).isEqualTo(403);
        assertThat(servers.watch().census(10).controls().draining()).isFalse();
    }

    @Test
    void anotherSiteStartsNoExperiment() throws Exception {
        assertThat(lab.get("/lab/tokens.json", "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
    }

    @Test
    void ownPagesAndScriptsTurnKnobs() throws Exception {
        String origin = "http://127.0.0.1:" + servers.port();

        assertThat(lab.post("/board/resume", "Origin", origin, "Sec-Fetch-Site", "same-origin")
                        .statusCode())
                .isEqualTo(200);
        assertThat(lab.post("/board/resume").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/board/drain", "/board/settings?maxRequests=5&keepAliveTimeout=9000", "/board/crowd?open=1"})
    void aGetChangesNothing(String path) throws Exception {
        assertThat(lab.get(path).statusCode()).isEqualTo(404);
        assertThat(servers.watch().census(10).controls().maxRequests()).isEqualTo(100);
    }

    @Test
    void aNameThatIsNotOursIsRefused() throws Exception {
        try (var client = RawClient.connect(servers.port())) {
            client.send("GET / HTTP/1.1\r\nHost: rebound.example\r\n\r\n");

            assertThat(client.readResponse().status()).isEqualTo(421);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"open=1001", "open=-1", "open=x", ""})
    void theCrowdIsBounded(String query) throws Exception {
        assertThat(lab.post("/board/crowd?" + query).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"size=99999999", "delay=999999", "size=-1", "maxRequests=x"})
    void theTargetIsBounded(String query) throws Exception {
        assertThat(lab.get("/target/hello?" + query).statusCode()).isEqualTo(400);
    }

    @Test
    void aThirdExperimentAtOnceIsToldToComeBack() throws Exception {
        List<CompletableFuture<Integer>> runs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            runs.add(InBackground.supply(() -> status("/lab/slow-header.json?timeout=500")));
        }

        assertThat(runs)
                .extracting(CompletableFuture::join)
                .containsOnly(200, 429)
                .contains(429);
        assertThat(status("/lab/handshake.json")).isEqualTo(200);
    }

    @Test
    void aBusyLabSaysWhenToComeBack() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            runs.add(InBackground.supply(() -> response("/lab/slow-header.json?timeout=500")));
        }

        var refused = runs.stream()
                .map(CompletableFuture::join)
                .filter(response -> response.statusCode() == 429)
                .findFirst()
                .orElseThrow();
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(refused.body()).contains("2 experiments are running already");
    }

    private static int status(String path) {
        return response(path).statusCode();
    }

    private static HttpResponse<String> response(String path) {
        try {
            return lab.get(path);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
