package io.github.jettykeepalive.demo.browser;

import io.github.jettykeepalive.testing.HeadlessChromium;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.util.ajax.JSON;

/**
 * A headless Chromium, driven by the chromedriver that comes with it. The WebDriver protocol is a few requests with JSON, so
 * this needs no library.
 */
final class Browser implements AutoCloseable {
    private static final List<Path> BINARIES = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/google-chrome"));
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process driver;
    private final Path profile;
    private final String sessions;
    private final String session;

    private Browser(Path binary) throws Exception {
        int port = freePort();
        sessions = "http://127.0.0.1:" + port + "/session";
        profile = Files.createTempDirectory("lab-browser");
        driver = new ProcessBuilder(DRIVER.toString(), "--port=" + port)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        awaitDriver(port);
        session = sessions + "/" + ((Map<?, ?>) call("POST", sessions, capabilities(binary))).get("sessionId");
    }

    /** Whether this machine has a browser and its driver. */
    static boolean isHere() {
        return binary().isPresent() && Files.isExecutable(DRIVER);
    }

    static Browser open() throws Exception {
        return new Browser(binary().orElseThrow());
    }

    private static Optional<Path> binary() {
        return BINARIES.stream().filter(Files::isExecutable).findFirst();
    }

    private Map<String, Object> capabilities(Path binary) {
        List<String> arguments = HeadlessChromium.flags(profile);
        Map<String, Object> options = Map.of("binary", binary.toString(), "args", arguments.toArray());
        Map<String, Object> wanted =
                Map.of("goog:chromeOptions", options, "goog:loggingPrefs", Map.of("browser", "ALL"));
        return Map.of("capabilities", Map.of("alwaysMatch", wanted));
    }

    /** The size of the page, and the colours that its reader prefers. */
    void show(int width, int height, String colours) throws Exception {
        devTools(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        Map<String, Object> feature = Map.of("name", "prefers-color-scheme", "value", colours);
        devTools("Emulation.setEmulatedMedia", Map.of("features", new Object[] {feature}));
    }

    void go(String url) throws Exception {
        call("POST", session + "/url", Map.of("url", url));
    }

    /** The value of an expression in the page. */
    Object eval(String expression) throws Exception {
        return call("POST", session + "/execute/sync", script("return " + expression));
    }

    private static Map<String, Object> script(String text) {
        return Map.of("script", text, "args", new Object[0]);
    }

    /** Waits until an expression in the page holds. */
    void await(String expression, Duration patience) throws Exception {
        long end = System.nanoTime() + patience.toNanos();
        while (!Boolean.TRUE.equals(eval("Boolean(" + expression + ")"))) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + patience + ": " + expression);
            }
            Thread.sleep(100);
        }
    }

    /** Clicks as a person would: where the element is, if nothing covers it. */
    void click(String selector) throws Exception {
        call("POST", session + "/element/" + find(selector) + "/click", Map.of());
    }

    /** Types into an element. */
    void type(String selector, String text) throws Exception {
        call("POST", session + "/element/" + find(selector) + "/value", Map.of("text", text));
    }

    private String find(String selector) throws Exception {
        Map<?, ?> element =
                (Map<?, ?>) call("POST", session + "/element", Map.of("using", "css selector", "value", selector));
        return (String) element.values().iterator().next();
    }

    /** Presses a key, wherever the focus is. */
    void press(String key) throws Exception {
        Object[] strokes = {Map.of("type", "keyDown", "value", key), Map.of("type", "keyUp", "value", key)};
        Map<String, Object> keyboard = Map.of("type", "key", "id", "keyboard", "actions", strokes);
        call("POST", session + "/actions", Map.of("actions", new Object[] {keyboard}));
    }

    /** What the console said since the last time, refused resources and scripts among it. */
    List<String> console() throws Exception {
        return Arrays.stream((Object[]) call("POST", session + "/se/log", Map.of("type", "browser")))
                .map(entry -> (Map<?, ?>) entry)
                .map(entry -> entry.get("level") + " " + entry.get("message"))
                .toList();
    }

    void screenshot(Path file) throws Exception {
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode((String) call("GET", session + "/screenshot", null)));
    }

    private void devTools(String command, Map<String, Object> parameters) throws Exception {
        call("POST", session + "/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
    }

    private Object call(String method, String url, Map<String, Object> body) throws Exception {
        var publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(new JSON().toJSON(new HashMap<>(body)));
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .method(method, publisher)
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(method + " " + url + ": " + response.body());
        }
        return ((Map<?, ?>) new JSON().fromJSON(response.body())).get("value");
    }

    private void awaitDriver(int port) throws Exception {
        for (int i = 0; i < 100; i++) {
            try {
                call("GET", "http://127.0.0.1:" + port + "/status", null);
                return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        throw new IOException("chromedriver does not answer");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        try {
            call("DELETE", session, null);
        } finally {
            driver.destroy();
            driver.waitFor(5, TimeUnit.SECONDS);
            driver.descendants().forEach(ProcessHandle::destroyForcibly);
            deleteProfile();
        }
    }

    private void deleteProfile() throws IOException {
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        }
    }
}
