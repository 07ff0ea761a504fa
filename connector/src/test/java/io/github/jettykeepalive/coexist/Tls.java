package io.github.jettykeepalive.coexist;

import io.github.jettykeepalive.testing.KeyStoreFile;
import java.nio.file.Path;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** TLS for connectors that a test makes itself. */
final class Tls {
    private Tls() {}

    /** The certificate is that of the test kit; clients that show the same one are trusted. */
    static SslContextFactory.Server context(Path directory) {
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setKeyStorePath(
                KeyStoreFile.write(directory.resolve("keys.p12")).toString());
        context.setKeyStorePassword(KeyStoreFile.PASSWORD);
        return context;
    }
}
