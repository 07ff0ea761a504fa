package io.github.jettykeepalive.interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs that a test drives; one that is missing skips the test, or with {@code -Dinterop.required} fails it. */
public final class Programs {
    private Programs() {}

    /**
     * Where a program is.
     *
     * @param debianPackage what to install when it is nowhere
     */
    public static Path find(String program, String debianPackage) {
        List<String> folders = new ArrayList<>(List.of(System.getenv("PATH").split(":")));
        // Servers are there, which is not on everybody's path.
        folders.add("/usr/sbin");
        return folders.stream()
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> missing(program + " is missing: apt-get install " + debianPackage));
    }

    private static <T> T missing(String message) {
        if (Boolean.getBoolean("interop.required")) {
            return Assertions.fail(message);
        }
        return Assumptions.abort(message);
    }
}
