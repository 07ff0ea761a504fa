package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The README's table of rules has no empty cell, and every test it names is there. */
class ReadmeRulesTest {
    private static final Path TESTS = Path.of("src/test/java");

    static List<String> rows() throws Exception {
        return Files.readString(Path.of("../README.md"))
                .lines()
                .dropWhile(line -> !line.equals("## Rules"))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("|"))
                .skip(2)
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void ruleHasItsPlaceAndItsTest(String row) throws Exception {
        List<String> cells =
                Stream.of(row.substring(1).split("\\|")).map(String::strip).toList();

        assertThat(cells).hasSize(3).doesNotContain("");
        String[] test = cells.get(2).replace("`", "").split("\\.");
        try (Stream<Path> files = Files.walk(TESTS)) {
            Path file = files.filter(each -> each.endsWith(test[0] + ".java"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Files.readString(file)).contains("void " + test[1] + "(");
        }
    }
}
