package io.github.jettykeepalive.demo.embedded;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Finds the pages: beside the classes in the source tree, or above them in an unpacked WAR. */
final class WebAppFiles {
    private WebAppFiles() {}

    static Path find() {
        Path classes = classes();
        return Stream.of(classes.resolve("../../src/main/webapp"), classes.resolve("../.."))
                .map(Path::normalize)
                .filter(path -> Files.exists(path.resolve("WEB-INF/web.xml")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no WEB-INF/web.xml near " + classes));
    }

    private static Path classes() {
        try {
            return Path.of(WebAppFiles.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
