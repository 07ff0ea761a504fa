package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.Jetty;
import org.junit.jupiter.api.Test;

/** A row of the test matrix that ran on another Jetty than it says would tell nothing. */
class JettyRowTest {
    private static final String VERSION = System.getProperty("jetty-row.version");

    @Test
    void testsRunOnTheJettyOfTheirRow() {
        assertThat(Jetty.VERSION).isEqualTo(VERSION);
    }

    @Test
    void noJarOfAnotherJettyIsOnTheClassPath() {
        // Surefire's own class path has one jar with a manifest, and it says here what that stands for.
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        assertThat(classPath.split(Pattern.quote(File.pathSeparator)))
                .filteredOn(entry -> entry.contains("/org/eclipse/jetty/"))
                .isNotEmpty()
                .extracting(entry -> Path.of(entry).getFileName().toString())
                .allMatch(name -> name.endsWith("-" + VERSION + ".jar"));
    }
}
