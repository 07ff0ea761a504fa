package io.github.jettykeepalive.interop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings of proxies: what is recommended is read from {@code INTEROP.md}, where it is meant for a connector on port 8080
 * with a {@code keepAliveTimeout} of 60 s; the rest, which only lets a proxy run within a test, is in resources.
 */
final class Settings {
    /** Seconds that a proxy keeps an idle connection, as recommended. */
    private static final String IDLE = "\\b50(?=s?\\b)";

    private static final Path DOCUMENT = Path.of("INTEROP.md");

    private Settings() {}

    /** The block of code under that heading. */
    static String snippet(String heading) throws IOException {
        var block = Pattern.compile("(?ms)^### " + Pattern.quote(heading) + "\n(?:(?!^#).)*?^```\n(.*?)^```$");
        Matcher matcher = block.matcher(Files.readString(DOCUMENT));
        if (!matcher.find()) {
            throw new AssertionError("no settings under " + heading + " in " + DOCUMENT);
        }
        return matcher.group(1);
    }

    static String template(String name) throws IOException {
        try (InputStream in = Settings.class.getResourceAsStream("/interop/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The recommended settings with another origin, another port to listen on, and another time. */
    static String adapt(String snippet, int origin, int port, Duration idle) {
        return snippet.replaceAll(IDLE, Long.toString(idle.toSeconds()))
                .replaceAll("\\b5s", idle.toMillis() / 10 + "ms")
                .replaceAll("\\b8080\\b", Integer.toString(origin))
                .replace("listen 80;", "listen 127.0.0.1:" + port + ";");
    }
}
