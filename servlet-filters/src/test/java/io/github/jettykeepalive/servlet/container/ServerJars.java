package io.github.jettykeepalive.servlet.container;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Where the build puts servers: see {@code servlet-filters/pom.xml}. */
final class ServerJars {
    private ServerJars() {}

    /** Jars of the test's class path, chosen by their file names. */
    static List<URL> fromClassPath(String nameRegex) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().matches(nameRegex))
                .map(ServerJars::url)
                .toList();
    }

    static List<URL> jettyEe11() {
        // The API's own jar is 6.0 here; Tomcat's has it as 6.1.
        return fromClassPath(
                "(jetty-(?!ee10|ee11-annotations|ee11-plus|keepalive).*|slf4j-api.*|jakarta\\.websocket.*|tomcat-embed-core.*)\\.jar");
    }

    /** All jars in {@code target/servers/NAME}. */
    static List<URL> fromTarget(String name) {
        Path folder = Path.of(System.getProperty("basedir", ""), "target", "servers", name);
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.map(ServerJars::url).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("run mvn process-test-resources first", e);
        }
    }

    /** These, and where the class comes from. */
    static List<URL> with(Class<?> more, List<URL> jars) {
        var classPath = new ArrayList<URL>(jars);
        classPath.add(more.getProtectionDomain().getCodeSource().getLocation());
        return classPath;
    }

    /** These, and a Jetty logging configuration that prints nothing. */
    static List<URL> quiet(List<URL> jars) {
        var classPath = new ArrayList<URL>();
        classPath.add(Objects.requireNonNull(ServerJars.class.getResource("/quiet/")));
        classPath.addAll(jars);
        return classPath;
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(path.toString(), e);
        }
    }
}
