package io.github.jettykeepalive.testing;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Loads our classes anew, and remembers which. */
public final class RecordingLoader extends ReloadingLoader {
    private final List<String> loaded = new CopyOnWriteArrayList<>();

    public RecordingLoader() {
        super("io.github.jettykeepalive.");
    }

    @Override
    protected byte[] code(String name, InputStream file) throws IOException {
        byte[] code = file.readAllBytes();
        loaded.add(name);
        return code;
    }

    /** The names of those that were loaded until now. */
    public List<String> loaded() {
        return List.copyOf(loaded);
    }
}
