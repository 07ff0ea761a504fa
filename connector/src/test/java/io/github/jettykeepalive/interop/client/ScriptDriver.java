package io.github.jettykeepalive.interop.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One process that reads the steps from a file and has a thread, or what it has instead, for each worker. */
record ScriptDriver(List<String> command) implements Driver {

    /** A script among the test resources. */
    static ScriptDriver script(String program, String name, String kind) {
        return new ScriptDriver(List.of(program, resource(name).toString(), kind));
    }

    /** A library for the JVM. */
    static ScriptDriver library(String asker, String... flags) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), JvmClient.class.getName()));
        command.add(ScriptDriver.class.getPackageName() + "." + asker);
        return new ScriptDriver(command);
    }

    static Path resource(String name) {
        return Path.of(System.getProperty("user.dir"), "src", "test", "resources", "interop", name);
    }

    @Override
    public Told drive(ClientHost host, Desk desk, Shift shift) throws Exception {
        Path steps = shift.write();
        var whole = new ArrayList<>(command);
        whole.add(steps.toString());
        try (var running = Running.start(host, whole)) {
            return Told.of(running.lines(false));
        } finally {
            Files.delete(steps);
        }
    }
}
