package io.github.jettykeepalive.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A Jetty distribution, {@code jetty-home}, as it is downloaded and unpacked. Needs {@code tar}, and {@code mvn} the first
 * time.
 *
 * @param version of Jetty
 * @param directory what users call {@code JETTY_HOME}
 */
public record JettyHome(String version, Path directory) {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /**
     * The distribution, from the local Maven repository or through it from the central one.
     *
     * @param work where to unpack it, unless it is there already
     * @return empty if it cannot be had
     */
    public static Optional<JettyHome> find(String version, Path work) throws IOException, InterruptedException {
        Path directory = work.toAbsolutePath().resolve("jetty-home-" + version);
        if (Files.notExists(directory.resolve("start.jar"))) {
            Path archive = archive(version);
            if (Files.notExists(archive)) {
                download(version);
            }
            if (Files.notExists(archive)) {
                return Optional.empty();
            }
            unpack(archive, directory.getParent());
        }
        return Optional.of(new JettyHome(version, directory));
    }

    private static Path archive(String version) {
        String name = "jetty-home-" + version + ".tar.gz";
        return Path.of(repository(), "org/eclipse/jetty/jetty-home", version, name);
    }

    /** The one that Maven was told to use for this build, which another Maven has to be told again. */
    private static String repository() {
        return System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository");
    }

    private static void download(String version) throws IOException, InterruptedException {
        String artifact = "org.eclipse.jetty:jetty-home:" + version + ":tar.gz";
        String into = "-Dmaven.repo.local=" + repository();
        Child.run(
                PATIENCE, List.of("mvn", "-q", into, "dependency:get", "-Dtransitive=false", "-Dartifact=" + artifact));
    }

    private static void unpack(Path archive, Path into) throws IOException, InterruptedException {
        Files.createDirectories(into);
        var outcome = Child.run(PATIENCE, List.of("tar", "-xzf", archive.toString(), "-C", into.toString()));
        if (outcome.exit() != 0) {
            throw new IOException("tar: " + outcome);
        }
    }
}
