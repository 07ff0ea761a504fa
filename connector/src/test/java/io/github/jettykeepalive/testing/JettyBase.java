package io.github.jettykeepalive.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A {@code jetty.base} and what a user does in it, by shell commands.
 *
 * @param home the distribution it belongs to
 * @param directory what users call {@code JETTY_BASE}; the commands run in it
 * @param variables what the commands may refer to
 */
public record JettyBase(JettyHome home, Path directory, Map<String, String> variables) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A new, empty one. */
    public static JettyBase create(JettyHome home, Path directory, Map<String, String> variables) throws IOException {
        return new JettyBase(home, Files.createDirectories(directory.toAbsolutePath()), variables);
    }

    /**
     * Runs a command as a user would type it.
     *
     * @return what it printed
     * @throws AssertionError with what it printed, if it failed
     */
    public String run(String command) throws IOException, InterruptedException {
        var outcome = Child.run(PATIENCE, shell(command), environment());
        if (outcome.exit() != 0) {
            throw new AssertionError(command + "\nended with " + outcome);
        }
        return outcome.output();
    }

    /** Runs {@code start.jar} with these arguments to its end. */
    public String runStart(String arguments) throws IOException, InterruptedException {
        return run("java -jar $JETTY_HOME/start.jar " + arguments);
    }

    /** Starts the server and waits until it has started; all its ports are free ones of the loopback interface. */
    public JettyProcess start(String arguments) throws IOException {
        String ports = "jetty.http.host=127.0.0.1 jetty.http.port=0 jetty.ssl.host=127.0.0.1 jetty.ssl.port=0";
        String password = "jetty.sslContext.keyStorePassword=" + KeyStoreFile.PASSWORD;
        var builder = new ProcessBuilder(
                shell("exec java -jar $JETTY_HOME/start.jar " + ports + " " + password + " " + arguments));
        builder.environment().putAll(environment());
        return JettyProcess.start(builder.redirectErrorStream(true));
    }

    /** Where the {@code ssl} module looks for the key: {@link TestKeys}. */
    public void addKeyStore() {
        KeyStoreFile.write(directory.resolve("etc/keystore.p12"));
    }

    public void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    /** Deploys a web application of one static file, {@code /app/hello.txt}. */
    public void addWar(String text) throws IOException {
        Path war = directory.resolve("webapps/app.war");
        Files.createDirectories(war.getParent());
        try (var zip = new ZipOutputStream(Files.newOutputStream(war))) {
            zip.putNextEntry(new ZipEntry("hello.txt"));
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private List<String> shell(String command) {
        return List.of("sh", "-c", "cd \"$JETTY_BASE\" && " + command);
    }

    private Map<String, String> environment() {
        String java = Path.of(System.getProperty("java.home"), "bin").toString();
        var environment = new HashMap<>(variables);
        environment.put("JETTY_HOME", home.directory().toString());
        environment.put("JETTY_BASE", directory.toString());
        environment.put("PATH", java + File.pathSeparator + System.getenv("PATH"));
        return environment;
    }
}
