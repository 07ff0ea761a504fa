package io.github.jettykeepalive.testing;

import java.nio.file.Path;
import java.util.List;

/** How tests start Chromium. */
public final class HeadlessChromium {
    private HeadlessChromium() {}

    /** No window, and nothing on the wire but what it is told to ask. */
    public static List<String> flags(Path profile) {
        return List.of(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--user-data-dir=" + profile);
    }
}
