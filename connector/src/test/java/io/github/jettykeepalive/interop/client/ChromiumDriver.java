package io.github.jettykeepalive.interop.client;

import io.github.jettykeepalive.testing.HeadlessChromium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A page that fetches what it is told to; it may read what other hosts answer, since each worker has one of its own. */
final class ChromiumDriver implements Driver {
    private static final int PATIENCE_SECONDS = 480;

    @Override
    public Told drive(ClientHost host, Desk desk, Shift shift) throws Exception {
        Path steps = shift.write();
        Path profile = Files.createTempDirectory("chromium");
        String page = desk.pageUrl(Files.readString(steps));
        var command = new ArrayList<>(List.of("chromium"));
        command.addAll(HeadlessChromium.flags(profile));
        // Each worker's host is another, and the page may read what all of them answer.
        command.addAll(List.of("--disable-web-security", page));
        try (var running = Running.start(host, command)) {
            return Told.of(desk.awaitTold(PATIENCE_SECONDS));
        } finally {
            Files.delete(steps);
            delete(profile);
        }
    }

    /** Its helpers may be writing to it still. */
    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (java.io.UncheckedIOException vanishing) {
            // Left to whoever cleans the temporary directory.
            return;
        }
    }
}
