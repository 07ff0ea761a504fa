package io.github.jettykeepalive.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/** The key and certificate of {@link TestKeys} as a PKCS12 file, for servers that are set up by files. */
public final class KeyStoreFile {
    public static final String PASSWORD = TestKeys.PASSWORD;

    private KeyStoreFile() {}

    /** Writes it there; its directory is made if need be. */
    public static Path write(Path file) {
        try {
            Files.createDirectories(file.getParent());
            try (OutputStream out = Files.newOutputStream(file)) {
                TestKeys.keyStore().store(out, PASSWORD.toCharArray());
            }
            return file;
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        } catch (GeneralSecurityException x) {
            throw new IllegalStateException(x);
        }
    }
}
