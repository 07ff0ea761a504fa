package io.github.jettykeepalive.interop.client;

import io.github.jettykeepalive.interop.Plan;
import io.github.jettykeepalive.interop.Programs;
import java.time.Duration;

/** The clients that can pause between two requests, each with the settings it comes with. */
enum PacedClient {
    CURL("curl", "curl", Heed.NOT, new CurlDriver()),
    WGET("wget", "wget", Heed.NOT, new WgetDriver()),
    PYTHON_HTTP_CLIENT("python3", "python3", Heed.NOT, ScriptDriver.script("python3", "client.py", "http.client")),
    /** Says close with every request, so there is nothing to heed. */
    PYTHON_URLLIB("python3", "python3", Heed.TIMEOUT, ScriptDriver.script("python3", "client.py", "urllib")),
    NODE_AGENT("node", "nodejs", Heed.NOT, ScriptDriver.script("node", "client.js", "http")),
    NODE_GLOBAL_AGENT("node", "nodejs", Heed.TIMEOUT, ScriptDriver.script("node", "client.js", "globalAgent")),
    NODE_FETCH("node", "nodejs", Heed.TIMEOUT, ScriptDriver.script("node", "client.js", "fetch")),
    NODE_UNDICI("node", "nodejs", Heed.TIMEOUT, ScriptDriver.script("node", "client.js", "undici")),
    JDK_HTTP_CLIENT("java", "", Heed.NOT, ScriptDriver.library("JdkHttpClientAsker")),
    JDK_URL_CONNECTION("java", "", Heed.TIMEOUT, ScriptDriver.library("UrlConnectionAsker")),
    APACHE_HTTP_CLIENT("java", "", Heed.TIMEOUT, ScriptDriver.library("lib.ApacheAsker")),
    OK_HTTP("java", "", Heed.NOT, ScriptDriver.library("lib.OkHttpAsker")),
    JETTY_CLIENT("java", "", Heed.NOT, ScriptDriver.library("JettyClientAsker")),
    REACTOR_NETTY("java", "", Heed.NOT, ScriptDriver.library("lib.ReactorNettyAsker")),
    CHROMIUM("chromium", "chromium", Heed.NOT, new ChromiumDriver());

    /** What a client makes of {@code Keep-Alive: timeout=}. */
    enum Heed {
        /** It closes in time, so nothing may fail. */
        TIMEOUT,
        /** It finds the connection closed, or does not. */
        NOT
    }

    private static final int MOST_WORKERS = 64;
    /** wget pauses before each request. */
    private static final int MOST_WORKERS_OF_WGET = 200;

    private static final int REQUESTS_EACH = 15;
    private static final int REQUESTS_EACH_OF_WGET = 5;

    private final String program;
    private final String debianPackage;
    private final Heed heed;
    private final Driver driver;

    PacedClient(String program, String debianPackage, Heed heed, Driver driver) {
        this.program = program;
        this.debianPackage = debianPackage;
        this.heed = heed;
        this.driver = driver;
    }

    /** Skips or fails the test if it is not there. */
    void require() {
        if (!program.equals("java")) {
            Programs.find(program, debianPackage);
        }
    }

    boolean heedsTimeout() {
        return heed == Heed.TIMEOUT;
    }

    Driver driver() {
        return driver;
    }

    /** The server's. Node and undici keep no connection that is announced for less than three seconds. */
    Duration timeout() {
        return Duration.ofSeconds(program.equals("node") ? 4 : 2);
    }

    /** What our server announces, with the margin that it has by default. */
    Duration announced() {
        return timeout().minusSeconds(1);
    }

    Plan plan(int requests, long seed) {
        int each = this == WGET ? REQUESTS_EACH_OF_WGET : REQUESTS_EACH;
        int most = this == WGET ? MOST_WORKERS_OF_WGET : MOST_WORKERS;
        return Shift.plan(requests, Math.max(2, Math.min(most, requests / each)), timeout(), seed);
    }

    /** How many requests a connection serves on average, at least: workers pause after every seventh, those of wget always. */
    int leastRequestsEach() {
        return switch (this) {
            case PYTHON_URLLIB -> 1;
            case WGET -> 2;
            default -> 5;
        };
    }

    /** What it can do of a shift. */
    Shift adapt(Shift shift) {
        return this == WGET ? WgetDriver.adapt(shift, timeout()) : shift;
    }
}
