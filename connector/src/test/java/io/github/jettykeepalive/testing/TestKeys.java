package io.github.jettykeepalive.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * A self-signed certificate for {@code localhost} and {@code 127.0.0.1}, made once in each JVM by the JDK's keytool.
 */
public final class TestKeys {
    static final String PASSWORD = "changeit";
    private static final String ALIAS = "test";
    private static final TestKeys INSTANCE = new TestKeys();

    private final KeyStore keyStore;
    private final SSLContext trusting;
    private final Path pem;

    private TestKeys() {
        try {
            keyStore = generate();
            trusting = trusting(keyStore);
            pem = Files.createTempFile("localhost", ".pem");
            pem.toFile().deleteOnExit();
            Files.writeString(pem, pem(keyStore.getCertificate(ALIAS).getEncoded()));
        } catch (GeneralSecurityException x) {
            throw new IllegalStateException(x);
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }

    /** The server's key and certificate. */
    static KeyStore keyStore() {
        return INSTANCE.keyStore;
    }

    /** What a server needs for TLS, yet to be started. */
    public static SslContextFactory.Server serverContext() {
        var context = new SslContextFactory.Server();
        context.setKeyStore(keyStore());
        context.setKeyStorePassword(PASSWORD);
        return context;
    }

    /** For clients: trusts the certificate and nothing else. */
    public static SSLContext clientSslContext() {
        return INSTANCE.trusting;
    }

    /** The certificate as a PEM file, for clients that are programs. */
    public static Path pemFile() {
        return INSTANCE.pem;
    }

    private static KeyStore generate() throws GeneralSecurityException, IOException {
        Path directory = Files.createTempDirectory("keys");
        Path file = directory.resolve("keystore.p12");
        try {
            String keytool =
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
            var command = (keytool + " -genkeypair -alias " + ALIAS + " -keyalg EC -groupname secp256r1"
                            + " -dname CN=localhost -ext SAN=DNS:localhost,IP:127.0.0.1 -validity 7"
                            + " -storetype PKCS12 -storepass " + PASSWORD + " -keystore " + file)
                    .split(" ");
            var outcome = Child.run(Duration.ofMinutes(1), List.of(command));
            if (outcome.exit() != 0) {
                throw new IOException("keytool: " + outcome);
            }
            return load(Files.readAllBytes(file));
        } catch (InterruptedException x) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while making keys", x);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    private static KeyStore load(byte[] bytes) throws GeneralSecurityException, IOException {
        var keyStore = KeyStore.getInstance("PKCS12");
        keyStore.load(new ByteArrayInputStream(bytes), PASSWORD.toCharArray());
        return keyStore;
    }

    private static SSLContext trusting(KeyStore keyStore) throws GeneralSecurityException, IOException {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(ALIAS, keyStore.getCertificate(ALIAS));
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static String pem(byte[] certificate) {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
                + "\n-----END CERTIFICATE-----\n";
    }
}
