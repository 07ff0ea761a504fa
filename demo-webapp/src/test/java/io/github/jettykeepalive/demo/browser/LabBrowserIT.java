package io.github.jettykeepalive.demo.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jettykeepalive.demo.embedded.LabConfig;
import io.github.jettykeepalive.demo.embedded.LabServers;
import io.github.jettykeepalive.demo.experiment.Experiments;
import io.github.jettykeepalive.demo.lab.Experiment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The lab as people see it, in a real browser. Without Chromium and its driver it is skipped, unless
 * {@code -Dbrowser.required} says that this must not be.
 */
class LabBrowserIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration A_RUN = Duration.ofSeconds(45);
    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final String ENTER = "\uE007";
    private static final String TAB = "\uE004";

    private static LabServers servers;
    private static Browser browser;

    @BeforeAll
    static void open() throws Exception {
        if (!Browser.isHere() && !Boolean.getBoolean("browser.required")) {
            System.out.println("LabBrowserIT is skipped: there is no /usr/bin/chromium with /usr/bin/chromedriver");
            assumeTrue(false, "no browser");
        }
        servers = new LabServers(LabConfig.anyPorts()).start();
        browser = Browser.open();
    }

    @AfterAll
    static void close() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (servers != null) {
            servers.close();
        }
    }

    /** A refused script, style or request is an error in the console too. */
    @AfterEach
    void theConsoleIsQuiet() throws Exception {
        assertThat(browser.console()).isEmpty();
    }

    private static String address(String path) {
        return "http://127.0.0.1:" + servers.port() + path;
    }

    @Test
    void theBoardUpdatesLive() throws Exception {
        browser.show(1240, 1000, "light");
        browser.go(address("/"));
        browser.await("document.querySelectorAll('#rows tr').length > 0", SOON);

        browser.click("[data-post='crowd?open=50']");
        browser.await(number("open") + " >= 50", SOON);
        browser.await("document.querySelectorAll('#rows tr').length == 40", SOON);
        String width = "parseFloat(document.querySelector('#rows .track i').style.width)";
        double before = ((Number) browser.eval(width)).doubleValue();
        browser.await(width + " < " + (before - 2), SOON);
        browser.screenshot(SCREENSHOTS.resolve("board.png"));

        browser.click("[data-post='crowd?open=0']");
        browser.await(number("open") + " < 10", SOON);
        browser.await("document.getElementById('closes').textContent.includes('peer gone')", SOON);
    }

    private static String number(String total) {
        return "Number([...document.querySelectorAll('#totals div')].find(div => div.firstChild.textContent == '"
                + total + "').lastChild.textContent)";
    }

    @Test
    void theKnobsOfTheBoardTurn() throws Exception {
        browser.show(1240, 1000, "light");
        browser.go(address("/"));
        browser.await("document.getElementById('link').textContent == 'live'", SOON);

        browser.click("[data-post='drain?spread=5000']");
        browser.await("document.getElementById('link').textContent == 'draining'", SOON);
        browser.click("[data-post='resume']");
        browser.await("document.getElementById('link').textContent == 'live'", SOON);

        browser.eval("(document.querySelector('[name=maxRequests]').value = '')");
        browser.type("[name=maxRequests]", "77");
        browser.press(ENTER);
        browser.await("document.getElementById('said').textContent.includes('max requests: 77')", SOON);
        assertThat(servers.watch().census(10).controls().maxRequests()).isEqualTo(77);
    }

    @Test
    void theBoardIsUsableWithAThousandConnections() throws Exception {
        browser.show(1240, 1000, "dark");
        browser.go(address("/"));
        browser.await("document.querySelectorAll('#rows tr').length > 0", SOON);

        browser.eval("fetch('board/crowd?open=1000', { method: 'POST' }) && true");
        browser.await("document.querySelectorAll('#squares rect').length >= 1000", SOON);
        browser.screenshot(SCREENSHOTS.resolve("board-1000-dark.png"));
        browser.click("[data-post='crowd?open=0']");
        browser.await(number("open") + " < 10", SOON);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void eachExperimentRunsFromItsButton(String name) throws Exception {
        browser.show(1240, 1000, "light");
        browser.go(address("/lab/" + name + brief(name)));

        browser.click("#run");
        browser.await("document.querySelector('#verdict.done, #verdict.failed')", A_RUN);

        assertThat(browser.eval("document.getElementById('verdict').className")).isEqualTo("verdict done");
        assertThat((Number) browser.eval("document.querySelectorAll('.column').length"))
                .satisfies(columns -> assertThat(columns.intValue()).isBetween(2, 3));
        assertThat((Number) browser.eval("document.querySelectorAll('.waterfall rect[class^=k-]').length"))
                .satisfies(bars -> assertThat(bars.intValue()).isPositive());
        assertThat((Boolean) browser.eval("document.querySelectorAll('.transcript li').length > 2"))
                .isTrue();
        browser.screenshot(SCREENSHOTS.resolve(name + ".png"));
    }

    static List<String> names() {
        return Experiments.all().stream().map(Experiment::name).toList();
    }

    /** Shorter than the default, where that takes long. */
    private static String brief(String name) {
        return switch (name) {
            case "slow-header" -> "?timeout=500";
            case "nagle" -> "?requests=6";
            case "relay" -> "?patience=1500";
            case "idle-race" -> "?clients=5";
            default -> "";
        };
    }

    @Test
    void anExperimentRunsByKeyboardAlone() throws Exception {
        browser.show(1240, 1000, "light");
        browser.go(address("/lab/handshake"));

        for (int i = 0; i < 20 && !"run".equals(browser.eval("document.activeElement.id")); i++) {
            browser.press(TAB);
        }
        browser.press(ENTER);

        browser.await("document.querySelector('#verdict.done')", A_RUN);
    }

    @Test
    void aBadParameterIsExplained() throws Exception {
        browser.go(address("/lab/handshake"));
        browser.eval("(document.querySelector('[name=max]').max = 999)");
        browser.eval("(document.querySelector('[name=max]').value = 999)");

        browser.click("#run");
        browser.await("document.querySelector('#verdict.failed')", SOON);

        assertThat((String) browser.eval("document.getElementById('verdict').textContent"))
                .contains("max: 999 (expected: 1 to 40)");
        // The browser itself notes the status of the answer.
        assertThat(browser.console()).allMatch(line -> line.contains("status of 400"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyPageFitsAPhone(String path) throws Exception {
        browser.show(390, 844, "light");
        browser.go(address(path));

        assertThat((Number) browser.eval("document.documentElement.scrollWidth"))
                .satisfies(width -> assertThat(width.intValue()).isLessThanOrEqualTo(390));
    }

    static List<String> pages() {
        return List.of("/", "/lab/413", "/lab/page", "/lab/tokens");
    }

    @Test
    void darkAndLightAreReadable() throws Exception {
        browser.show(1240, 1060, "light");
        browser.go(address("/lab/413?tries=10"));
        browser.click("#run");
        browser.await("document.querySelector('#verdict.done')", A_RUN);
        double light = contrast();
        browser.screenshot(SCREENSHOTS.resolve("lab.png"));
        browser.show(1240, 1060, "dark");
        double dark = contrast();
        browser.screenshot(SCREENSHOTS.resolve("lab-dark.png"));

        assertThat(light).isGreaterThan(7);
        assertThat(dark).isGreaterThan(7);
        assertThat(Files.size(SCREENSHOTS.resolve("lab.png"))).isLessThan(200_000);
    }

    /** Of text and its background, as WCAG 2 measures it. */
    private static double contrast() throws Exception {
        double ink = luminance("color", "verdict");
        double paper = luminance("backgroundColor", "verdict");
        return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    }

    private static double luminance(String property, String id) throws Exception {
        String colour = (String) browser.eval("getComputedStyle(document.getElementById('" + id + "'))." + property);
        String[] parts = colour.replaceAll("[^0-9,.]", "").split(",", -1);
        double sum = 0;
        double[] weights = {0.2126, 0.7152, 0.0722};
        for (int i = 0; i < weights.length; i++) {
            double part = Double.parseDouble(parts[i]) / 255;
            sum += weights[i] * (part <= 0.03928 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
        }
        return sum;
    }
}
