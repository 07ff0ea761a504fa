package io.github.jettykeepalive.coexist;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.KeyStoreFile;
import io.github.jettykeepalive.testing.TestServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.ssl.X509;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link SecureRequestCustomizer} makes of the TLS session: certificates of either side, SNI, HSTS. */
class CertificateTest {
    @TempDir
    private static Path directory;

    private static Path serverKeys;
    private static Path clientKeys;

    @BeforeAll
    static void makeKeys() throws Exception {
        serverKeys = directory.resolve("server.p12");
        for (String host : List.of("a.example", "b.example")) {
            keytool("-genkeypair -alias " + host + " -keyalg EC -dname CN=" + host + " -ext SAN=DNS:" + host
                    + " -storetype PKCS12 -storepass " + KeyStoreFile.PASSWORD + " -keystore " + serverKeys);
        }
        clientKeys = KeyStoreFile.write(directory.resolve("client.p12"));
    }

    private static void keytool(String arguments) throws IOException, InterruptedException {
        String program =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder((program + " " + arguments).split(" ", -1))
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start();
        assertThat(process.waitFor()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void applicationSeesTheClientsCertificateAndTheOneItChoseBySni(Http http) throws Exception {
        try (TestServer server = start(http)) {
            assertThat(get(server, "a.example", "a.example"))
                    .contains("HTTP/1.1 200 ", "Strict-Transport-Security: max-age=7")
                    .endsWith("https, CN=localhost to [a.example], in session true");
            assertThat(get(server, "b.example", "b.example")).endsWith("CN=localhost to [b.example], in session true");
        }
    }

    @ParameterizedTest
    @EnumSource
    void hostThatTheCertificateDoesNotNameIsRefused(Http http) throws Exception {
        try (TestServer server = start(http)) {
            assertThat(get(server, "a.example", "b.example")).startsWith("HTTP/1.1 400 ");
        }
    }

    private static TestServer start(Http http) throws Exception {
        return http.server()
                .configure(server -> server.addConnector(tls(server, http)))
                .start(CertificateTest::describe);
    }

    private static ServerConnector tls(Server server, Http http) {
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setKeyStorePath(serverKeys.toString());
        context.setKeyStorePassword(KeyStoreFile.PASSWORD);
        context.setTrustStorePath(clientKeys.toString());
        context.setTrustStorePassword(KeyStoreFile.PASSWORD);
        context.setNeedClientAuth(true);
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.addCustomizer(new SecureRequestCustomizer(true, true, 7, false));
        return new ServerConnector(server, new SslConnectionFactory(context, "http/1.1"), http.factory(configuration));
    }

    private static boolean describe(Request request, Response response, Callback callback) {
        EndPoint.SslSessionData session =
                (EndPoint.SslSessionData) request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE);
        X509Certificate client = session.peerCertificates()[0];
        X509 own = (X509) request.getAttribute(SecureRequestCustomizer.X509_ATTRIBUTE);
        String text = request.getHttpURI().getScheme() + ", " + client.getSubjectX500Principal() + " to "
                + own.getHosts() + ", in session " + !session.sslSessionId().isEmpty();
        Content.Sink.write(response, true, text, callback);
        return true;
    }

    private static String get(TestServer server, String sni, String host) throws Exception {
        int port = ((NetworkConnector) server.server().getConnectors()[1]).getLocalPort();
        try (SSLSocket socket =
                (SSLSocket) clientContext().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(sni)));
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(30_000);
            String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    private static SSLContext clientContext() throws Exception {
        char[] password = KeyStoreFile.PASSWORD.toCharArray();
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(KeyStore.getInstance(clientKeys.toFile(), password), password);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(KeyStore.getInstance(serverKeys.toFile(), password));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }
}
