package io.github.jettykeepalive.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a main class in a JVM that is alone in a network namespace of its own (Linux), so that the
 * {@linkplain KernelCounters kernel's counters} count nobody else.
 *
 * <p>Nothing but a loopback interface is there, and nobody else can see its ports. The child has this JVM's class path.
 */
public final class OwnNetwork {
    private static final String LOOPBACK_UP = "ip link set lo up";

    private OwnNetwork() {}

    /** Whether this user may make a namespace here. */
    public static boolean available() throws IOException, InterruptedException {
        return Child.run(Duration.ofSeconds(10), unshare(LOOPBACK_UP)).exit() == 0;
    }

    /**
     * Runs the class to its end.
     *
     * @return what it printed
     * @throws AssertionError with what it printed, if it ended with anything but 0, or not in time
     */
    public static String run(Duration patience, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(unshare(LOOPBACK_UP + " && exec \"$@\""));
        command.add("sh"); // $0
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        var result = Child.run(patience, command);
        if (result.exit() != 0) {
            throw new AssertionError(main.getSimpleName() + " ended with " + result);
        }
        return result.output();
    }

    private static List<String> unshare(String script) {
        return List.of("unshare", "--user", "--map-root-user", "--net", "sh", "-c", script);
    }
}
