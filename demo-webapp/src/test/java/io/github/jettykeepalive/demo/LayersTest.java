package io.github.jettykeepalive.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A deployed WAR sees no class of Jetty's: only the package that embeds it may name one. */
class LayersTest {
    private static final Path SOURCES = Path.of("src/main/java/io/github/jettykeepalive/demo");

    @Test
    void onlyTheEmbeddingKnowsJetty() throws Exception {
        assertThat(namers("import org.eclipse.jetty")).allMatch(file -> file.contains("/embedded/"));
    }

    @Test
    void theConnectorIsNamedInTwoPlacesOutsideOfIt() throws Exception {
        assertThat(namers("import io.github.jettykeepalive.KeepAliveConnectionFactory"))
                .filteredOn(file -> !file.contains("/embedded/"))
                .allMatch(file -> file.endsWith("FactoryWatch.java") || file.endsWith("ServerLookup.java"));
    }

    private static List<String> namers(String text) throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> contains(file, text))
                    .map(Path::toString)
                    .toList();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
