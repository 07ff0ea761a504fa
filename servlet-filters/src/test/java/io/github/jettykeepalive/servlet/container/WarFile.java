package io.github.jettykeepalive.servlet.container;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes a WAR: the filters as a jar in {@code WEB-INF/lib}, a package of test classes in {@code WEB-INF/classes}. */
public final class WarFile {
    /** So that the two pages are the same file to whoever looks at its time, however long the writing takes. */
    private static final LocalDateTime TIME = LocalDateTime.of(2025, 1, 1, 0, 0);

    private WarFile() {}

    /**
     * Writes it.
     *
     * @param filters a class out of what goes to {@code WEB-INF/lib}
     * @param application a class of the package that goes to {@code WEB-INF/classes}
     */
    public static void write(Path war, Class<?> filters, Class<?> application, String webXml, String page)
            throws IOException {
        write(war, classesOf(filters), application, webXml, page);
    }

    /** Writes it, with a folder of classes or a jar as what goes to {@code WEB-INF/lib}. */
    public static void write(Path war, Path filters, Class<?> application, String webXml, String page)
            throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(war))) {
            add(zip, "WEB-INF/web.xml", webXml.getBytes(StandardCharsets.UTF_8));
            add(zip, "plain/page.txt", page.getBytes(StandardCharsets.US_ASCII));
            add(zip, "length/page.txt", page.getBytes(StandardCharsets.US_ASCII));
            add(zip, "WEB-INF/lib/jetty-keepalive-filters.jar", jar(filters));
            Path classes = classesOf(application);
            addAll(
                    zip,
                    "WEB-INF/classes/",
                    classes,
                    classes.resolve(application.getPackageName().replace('.', '/')));
        }
    }

    private static Path classesOf(Class<?> type) throws IOException {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static byte[] jar(Path classes) throws IOException {
        if (Files.isRegularFile(classes)) {
            return Files.readAllBytes(classes);
        }
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            addAll(zip, "", classes, classes);
        }
        return bytes.toByteArray();
    }

    private static void addAll(ZipOutputStream zip, String prefix, Path root, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                add(zip, prefix + root.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        var entry = new ZipEntry(name);
        entry.setTimeLocal(TIME);
        zip.putNextEntry(entry);
        ((OutputStream) zip).write(content);
        zip.closeEntry();
    }
}
